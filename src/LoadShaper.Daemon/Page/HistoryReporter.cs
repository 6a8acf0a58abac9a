using System.Globalization;
using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.History;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Page;

/// <summary>
/// Keeps the last seven days in half hours for the live page. What came before the start is read when a page is opened for
/// the first time: a daemon without a viewer never pays for it.
/// Receives <see cref="Sample"/>, <see cref="ControllerStatus"/> and <see cref="HistoryWanted"/>.
/// </summary>
internal sealed class HistoryReporter : ReceiveActor, IWithTimers
{
    private sealed record Recorded(RecordedWeek Week);

    private sealed record RecordUnreadable(Exception Cause);

    private sealed record NoMinutes
    {
        public static readonly NoMinutes Instance = new();
    }

    private sealed record RetryMinutes
    {
        public static readonly RetryMinutes Instance = new();
    }

    // The store waits for the disk; the page does not wait for the store.
    private static readonly TimeSpan MinutesTimeout = TimeSpan.FromSeconds(30);

    // The store opens its database again by itself.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(60);

    // Each UTC day begins with a recorded state: from here on gate, plan and verdict are known.
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    private readonly HistoryReporterSetup _setup;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly MinuteFold _minutes = new();
    private readonly WeekHistory _history;
    private readonly string _instance = Now.ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
    private (bool Begun, bool Minutes, bool Record) _restore;
    private bool _retrying;

    public HistoryReporter(HistoryReporterSetup setup)
    {
        _setup = setup;
        _history = new WeekHistory(setup.Rule, setup.ControlPeriod);
        Receive<Sample>(sample =>
        {
            foreach (var minute in _minutes.Fold(sample))
                _history.Add(minute);
        });
        Receive<ControllerStatus>(_history.Add);
        Receive<HistoryWanted>(Answer);
        Receive<MinuteHistory>(stored =>
        {
            if (_restore.Minutes)
                return;
            if (!stored.IsAvailable)
            {
                RetryLater();
                return;
            }

            _history.Restore(stored.Minutes, Now);
            MinutesDone();
        });
        Receive<RetryMinutes>(_ => AskForMinutes());
        Receive<NoMinutes>(_ =>
        {
            _log.Warning("Stored minutes not received within {Timeout}; the charts of the live page begin at the start of the daemon", MinutesTimeout);
            MinutesDone();
        });
        Receive<Recorded>(recorded =>
        {
            _history.Restore(recorded.Week, Now);
            _restore.Record = true;
        });
        Receive<RecordUnreadable>(failed =>
        {
            _log.Warning("Cannot read the journal for the live page: {Reason}; its gate and plan timelines begin at the start of the daemon", failed.Cause.Message);
            _restore.Record = true;
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    private void Answer(HistoryWanted wanted)
    {
        if (!_restore.Begun)
            Restore();
        var restored = _restore is { Minutes: true, Record: true };
        var key = string.Create(CultureInfo.InvariantCulture, $"{_instance}-{_history.Version:x}-{WeekHistory.IndexOf(Now):x}{(restored ? "" : "-partial")}");
        Sender.Tell(new HistorySnapshot(key, restored, key == wanted.Known ? null : _history.PointsAt(Now)));
    }

    private void Restore()
    {
        _restore.Begun = true;
        AskForMinutes();
        var (path, from) = (_setup.JournalPath, Now - _setup.Rule.Window - OneDay);
        Task.Run(() => ReadRecord(path, from)).PipeTo(
            Self, success: week => new Recorded(week), failure: cause => new RecordUnreadable(cause));
    }

    private void AskForMinutes()
    {
        var now = Now;
        // The first point's percentile looks back over a window of its own.
        _setup.Store.Tell(new MinutesWanted(now - 2 * _setup.Rule.Window, now));
        Timers.StartSingleTimer(nameof(NoMinutes), NoMinutes.Instance, MinutesTimeout);
    }

    // Logged once: the database may be unavailable for days.
    private void RetryLater()
    {
        if (!_retrying)
            _log.Warning("Stored minutes not available for the live page; retrying every {Delay}", RetryDelay);
        _retrying = true;
        Timers.Cancel(nameof(NoMinutes));
        Timers.StartSingleTimer(nameof(RetryMinutes), RetryMinutes.Instance, RetryDelay);
    }

    private void MinutesDone()
    {
        Timers.Cancel(nameof(NoMinutes));
        _restore.Minutes = true;
    }

    private static RecordedWeek ReadRecord(string path, DateTimeOffset from)
    {
        var week = new RecordedWeek();
        using var reader = JournalReader.Open(path);
        foreach (var entry in reader.Read(window: reader.FindWindow(from, null)))
            if (entry.Event is { } happened)
                week.Apply(happened);
        return week;
    }
}

/// <summary>What a <see cref="HistoryReporter"/> is created with.</summary>
/// <param name="Store">Answers <see cref="MinutesWanted"/>.</param>
internal sealed record HistoryReporterSetup(IdleRule Rule, TimeSpan ControlPeriod, string JournalPath, IActorRef Store);

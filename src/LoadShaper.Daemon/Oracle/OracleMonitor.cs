using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Oracle;

/// <summary>
/// Asks Oracle for its readings of this VM each hour, has them stored, and reports what they amount to. It never asks for
/// load: with `seed` its points stand for minutes that were not seen, and the controller reads the stored minutes again.
/// Receives <see cref="OracleHistory"/>. Sends <see cref="OracleHistoryWanted"/> and <see cref="OraclePointsFetched"/> to the
/// store, <see cref="OracleStatus"/> to health, <see cref="OracleView"/> and <see cref="MinutesFilledIn"/> to the controller.
/// </summary>
internal sealed class OracleMonitor : ReceiveActor, IWithTimers
{
    private sealed record Ask
    {
        public static readonly Ask Instance = new();
    }

    private sealed record Fetched(OracleFetch Fetch);

    private sealed record FetchFailed(Exception Cause);

    private readonly OracleMonitorSetup _setup;
    private readonly OracleSession _session;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private OracleStatus _status;
    private IReadOnlyList<OraclePoint> _fetched = [];
    private BitRate? _link;
    private DateTimeOffset? _newest;
    private bool _asking;

    /// <param name="setup">What it is created with.</param>
    public OracleMonitor(OracleMonitorSetup setup)
    {
        _setup = setup;
        _session = setup.NewSession();
        _link = setup.Link;
        _status = new OracleStatus(setup.Settings.Monitoring, null, 0, null, null, null);
        // What is stored says from when on values are missing.
        Receive<Ask>(_ =>
        {
            _asking = true;
            // Replaced when the answer is there; without one it is asked again.
            Next(PollPolicy.NextDelay(0, _setup.Chance()));
            _setup.Store.Tell(new OracleHistoryWanted(From));
        });
        Receive<OracleHistory>(OnHistory);
        Receive<Fetched>(fetched => OnFetched(fetched.Fetch));
        Receive<FetchFailed>(failed => OnFetched(new OracleFetch([], new OracleProblem(OracleProblemKind.BadAnswer, $"the requests failed ({failed.Cause.GetBaseException().GetType().Name})"), _link)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    private DateTimeOffset From => Now - _setup.Rule.Window;

    protected override void PreStart()
    {
        _setup.Store.Tell(new OracleHistoryWanted(From));
        Next(PollPolicy.FirstDelay(_setup.Chance()));
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _session.Dispose();
        _stop.Dispose();
    }

    private void OnHistory(OracleHistory history)
    {
        // Without a database the last answer is all there is.
        var points = history.Problem is null ? history.Points : _fetched;
        if (points.Count > 0)
        {
            var view = OracleView.Of(_setup.Rule, _setup.Family, points, _link, Now);
            _status = _status with { View = view, FilledIn = history.FilledIn };
            _setup.Controller.Tell(view);
        }

        if (history.NewlyFilledIn > 0)
        {
            _log.Info("{Count} minutes that were not seen are filled in from Oracle's readings", history.NewlyFilledIn);
            _setup.Controller.Tell(new MinutesFilledIn());
        }

        if (!_asking)
        {
            Report();
            return;
        }

        _asking = false;
        var newest = history.Points.GroupBy(point => point.Metric).ToDictionary(
            points => points.Key, points => DateTimeOffset.UnixEpoch.AddMinutes(points.Max(point => point.Minute)));
        _newest = newest.TryGetValue(OracleMetric.Cpu, out var cpu) ? cpu : null;
        var (session, now, cancel) = (_session, Now, _stop.Token);
        Task.Run(() => session.RefreshAsync(
                metric => PollPolicy.From(now, newest.TryGetValue(metric, out var known) ? known : null), cancel), cancel)
            .PipeTo(Self, success: fetch => new Fetched(fetch), failure: cause => new FetchFailed(cause));
    }

    private void OnFetched(OracleFetch fetch)
    {
        _link = fetch.Link ?? _link;
        _fetched = fetch.Points;
        var before = _status.Problem;
        _status = _status.Apply(fetch.Points, _newest, fetch.Problem, Now);
        // Once for each problem: unreachable for days is one line.
        if (_status.Problem is { } problem && before?.Kind != problem.Kind)
            _log.Warning("Oracle's readings are not available: {Problem}", problem);
        else if (_status.Problem is null && before is not null)
            _log.Info("Oracle's readings are available again");
        Next(PollPolicy.NextDelay(_status.FailedInARow, _setup.Chance()));
        if (fetch.Points.Count > 0)
            _setup.Store.Tell(new OraclePointsFetched(fetch.Points, From));
        else
            Report();
    }

    private void Next(TimeSpan delay)
    {
        _status = _status with { NextAttempt = Now + delay };
        Timers.StartSingleTimer(nameof(Ask), Ask.Instance, delay);
    }

    private void Report() => _setup.Health.Tell(_status);
}

/// <summary>What the monitor is created with.</summary>
/// <param name="Link">Speed of the watched link, until the metadata names another.</param>
/// <param name="NewSession">Another one after a restart.</param>
/// <param name="Chance">0 to 1, for the jitter.</param>
internal sealed record OracleMonitorSetup(
    OracleSettings Settings,
    IdleRule Rule,
    ShapeFamily Family,
    BitRate? Link,
    Func<OracleSession> NewSession,
    Func<double> Chance,
    IActorRef Store,
    IActorRef Controller,
    IActorRef Health);

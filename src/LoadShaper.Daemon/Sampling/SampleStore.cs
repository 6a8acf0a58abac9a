using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Sampling;

/// <summary>
/// Keeps the sample database. While it cannot be written, samples are dropped and it is opened again with a growing delay; a
/// corrupt one is moved aside and a new one created.
/// Receives <see cref="Sample"/>, <see cref="MinutesWanted"/>, <see cref="OracleHistoryWanted"/> and <see cref="OraclePointsFetched"/>. Sends <see cref="StoreStatus"/>.
/// </summary>
internal sealed class SampleStore : ReceiveActor, IWithTimers
{
    private sealed record Open
    {
        public static readonly Open Instance = new();
    }

    private sealed record CleanUp
    {
        public static readonly CleanUp Instance = new();
    }

    private static readonly TimeSpan StatusEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CleanUpEvery = TimeSpan.FromHours(1);

    private readonly string _path;
    private readonly IActorRef _statusTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private SampleDatabase? _database;
    private StoreStatus _status;
    private DateTimeOffset _statusAt;
    private BackOff _retry = new(First: TimeSpan.FromSeconds(5), Longest: TimeSpan.FromMinutes(5));
    private string? _damage;

    private readonly bool _seeds;

    /// <param name="path">Of the database.</param>
    /// <param name="statusTo">Receives <see cref="StoreStatus"/>.</param>
    /// <param name="seeds">Whether Oracle's points stand for minutes that were not measured.</param>
    public SampleStore(string path, IActorRef statusTo, bool seeds = false)
    {
        _seeds = seeds;
        _path = path;
        _statusTo = statusTo;
        _status = new StoreStatus(path, 0, null, ByteSize.Zero, null, null, null, "not opened yet");
        Receive<Sample>(sample => GapPolicy.IsClockSet(sample.At), sample => Try(database => Store(database, sample)));
        Receive<MinutesWanted>(wanted =>
        {
            var history = MinuteHistory.Unavailable;
            Try(database =>
            {
                history = new MinuteHistory(
                    _seeds ? database.ReadSeededMinutes(wanted.From, wanted.To) : database.ReadMinutes(wanted.From, wanted.To));
                if (database.UnreadableMinutes > 0)
                    _log.Error("Cannot read {Count} stored minutes; they count as unseen", database.UnreadableMinutes);
            });
            Sender.Tell(history);
        });
        Receive<OracleHistoryWanted>(wanted => TellOracleHistory(wanted.From, []));
        Receive<OraclePointsFetched>(fetched => TellOracleHistory(fetched.From, fetched.Points));
        Receive<CleanUp>(_ => Try(database => database.CleanUp(Now)));
        Receive<Open>(_ => OpenDatabase());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    protected override void PreStart()
    {
        OpenDatabase();
        Timers.StartPeriodicTimer(nameof(CleanUp), CleanUp.Instance, CleanUpEvery);
    }

    protected override void PostStop() => _database?.Dispose();

    private void OpenDatabase()
    {
        try
        {
            if ((_damage ?? SampleDatabase.Check(_path)) is { } problem)
            {
                _damage = null;
                var aside = SqliteFile.MoveAside(_path, Now);
                _log.Error("Sample database damaged ({Problem}); moved to {Path}, starting a new one", problem, aside);
                SqliteFile.Prepare(_path);
            }
            _database = new SampleDatabase(_path);
            _database.CleanUp(Now);
            _retry = _retry.Reset();
            Report(_database, Now);
        }
        catch (Exception e) when (IsStorageFailure(e))
        {
            Fail(e);
        }
    }

    private void Try(Action<SampleDatabase> action)
    {
        if (_database is null)
            return;
        try
        {
            action(_database);
        }
        catch (Exception e) when (IsStorageFailure(e))
        {
            Fail(e);
        }
    }

    private static bool IsStorageFailure(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException;

    private void Fail(Exception e)
    {
        _retry = _retry.Next();
        _log.Warning("Cannot write samples: {Reason}; retrying in {Delay}", e.Message, _retry.Delay);
        _database?.Dispose();
        _database = null;
        _damage = e is SqliteException sqlite && SqliteFile.IsDamage(sqlite) && File.Exists(_path) ? e.Message : null;
        _status = _status with { Problem = e.Message };
        _statusTo.Tell(_status);
        Timers.StartSingleTimer(nameof(Open), Open.Instance, _retry.Delay);
    }

    private void Store(SampleDatabase database, Sample sample)
    {
        database.Add(sample, sample.Memory is { } memory ? MemoryUse.Of(memory).LowestShare.Value : null);
        if (sample.At - _statusAt >= StatusEvery || sample.At < _statusAt)
            Report(database, sample.At);
        else
            _statusTo.Tell(_status = _status with { SampleCount = _status.SampleCount + 1, Oldest = _status.Oldest ?? sample.At });
    }

    private void TellOracleHistory(DateTimeOffset from, IReadOnlyList<OraclePoint> fetched)
    {
        OracleHistory? history = null;
        Try(database =>
        {
            var filled = database.Oracle.Add(fetched);
            history = new OracleHistory(
                database.Oracle.Read(from), _seeds ? database.Oracle.CountUnseen(from) : 0, _seeds ? filled : 0);
        });
        Sender.Tell(history ?? new OracleHistory([], Problem: _status.Problem ?? "the sample database is not open"));
    }

    private void Report(SampleDatabase database, DateTimeOffset at)
    {
        _status = database.ReadStatus(at);
        _statusAt = at;
        _statusTo.Tell(_status);
    }
}

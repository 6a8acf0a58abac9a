using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Journal;

namespace LoadShaper.Daemon.Journal;

/// <summary>
/// Checks once an hour what <see cref="RetentionPolicy"/> deletes, by age and by size, and returns freed pages to the file system in
/// small steps.
/// Sends <see cref="RetentionPlan"/> to the supervisor of the controller, which alone deletes.
/// </summary>
internal sealed class JournalRetention : ReceiveActor, IWithTimers
{
    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record Looked(RetentionPlan? Plan, bool MoreToTidy);

    private sealed record LookFailed(Exception Cause);

    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    // Leaves the disk to other work between two steps of returning pages.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly JournalFile _journal;
    private readonly string _persistenceId;
    private readonly TimeSpan _kept;
    private readonly IActorRef _planTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="kept">How old events become before they are deleted.</param>
    public JournalRetention(JournalFile journal, string persistenceId, TimeSpan kept, IActorRef planTo)
    {
        (_journal, _persistenceId, _kept, _planTo) = (journal, persistenceId, kept, planTo);
        Receive<Look>(_ => Read());
        Receive<Looked>(looked =>
        {
            if (looked.Plan is { } plan)
                _planTo.Tell(plan);
            if (looked.MoreToTidy)
                Timers.StartSingleTimer(nameof(Pause), Look.Instance, Pause);
        });
        Receive<LookFailed>(failed => _log.Warning("Cannot clean up the journal: {Reason}; retrying within {Delay}", failed.Cause.Message, LookEvery));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), Look.Instance, FirstLook, LookEvery);

    // The file may be large and the disk slow.
    private void Read()
    {
        var now = Context.System.Scheduler.Now;
        Task.Run(() =>
        {
            var used = _journal.ReadUsedSpace();
            var states = _journal.ReadRecordedStates(_persistenceId, RetentionPolicy.Cutoff(now, _kept, used), RetentionPolicy.Step);
            var last = RetentionPolicy.Decide(states, now, _kept, used);
            return new Looked(last is { } sequenceNr ? new RetentionPlan(sequenceNr) : null, _journal.Tidy());
        }).PipeTo(Self, failure: cause => new LookFailed(cause));
    }
}

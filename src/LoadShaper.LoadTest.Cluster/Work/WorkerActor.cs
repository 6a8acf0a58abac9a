using System.Globalization;
using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Timing;

namespace LoadShaper.LoadTest.Cluster.Work;

/// <summary>
/// Takes part in the runs of one coordinator: introduces itself, holds the lease, and has a <see cref="WorkerRunActor"/>
/// for the current run. Its end is the end of the worker.
/// </summary>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    /// <summary>Name below /user; load-cluster.conf permits messages to it.</summary>
    public const string Name = "worker";

    private static readonly TimeSpan HelloInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    /// <summary>A timer that is later than this says that the process did not run.</summary>
    private static readonly TimeSpan FrozenAfter = TimeSpan.FromSeconds(1);

    private readonly WorkerSettings _settings;
    private readonly ActorSelection _coordinator;
    private readonly SendLimit _sendLimit;
    private IActorRef? _admittedBy;
    private IActorRef? _run;
    private long _offered;
    private long _session;
    private Lease _lease;
    private bool _interrupted;
    private WorkerOutcome? _leaving;

    public WorkerActor(WorkerSettings settings)
    {
        _settings = settings;
        _coordinator = Context.ActorSelection(new RootActorPath(settings.Coordinator) / "user" / CoordinatorActor.Name);
        // The lease starts now: a coordinator that never answers is lost after it.
        _lease = new Lease(settings.Clock(), Lease.RunLength);
        _sendLimit = new SendLimit(_lease.ExpiresAt);
        Receive<ILoadMessage>(_ => Sender.Path.Address != _settings.Coordinator, RefuseCoordinator);
        Receive<WorkerAdmitted>(OnAdmitted);
        // A worker that lost its coordinator and joins again can find its name in use: the coordinator has not noticed yet.
        Receive<Refused>(refused => End(LoadExitCode.Failure, $"Refused by the coordinator: {refused.Reason}", retry: refused.Kind is RefusalKind.Full or RefusalKind.Name));
        Receive<LeaseRenewal>(renewal => renewal.Session == _session, OnRenewal);
        Receive<Release>(release => release.Session == _session || _admittedBy is null, OnRelease);
        Receive<RunOffer>(offer => offer.Session == _session, OnOffer);
        Receive<RunStop>(_ => _run is null, stop => Sender.Tell(NoPart(stop.Run)));
        Receive<ILoadMessage>(message => _run?.Forward(message));
        Receive<HelloDue>(_ => _coordinator.Tell(new Hello(_settings.Introduction)));
        Receive<LeaseDue>(_ => OnLeaseDue());
        Receive<Cancel>(_ => OnCancel());
        Receive<EngineFailed>(failed => Leave(LoadExitCode.Failure, $"The engine failed: {failed.Reason}", $"its engine failed: {failed.Reason}"));
        Receive<StopTimeout>(_ => OnStopTimeout());
        Receive<Terminated>(_ => OnRunEnded());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Self.Tell(HelloDue.Instance);
        Timers.StartPeriodicTimer(HelloDue.Instance, HelloDue.Instance, HelloInterval);
        WatchLease();
    }

    // Every other way has completed it already: this actor or its node failed, or the cluster removed the node.
    protected override void PostStop() =>
        _settings.Ended.TrySetResult(new WorkerOutcome(LoadExitCode.WorkersLost, _admittedBy is null ? NoAnswer : "The worker failed, or the cluster removed it", Retry: true, Admitted: _admittedBy is not null));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    private void OnAdmitted(WorkerAdmitted admitted)
    {
        Timers.Cancel(HelloDue.Instance);
        _lease = new Lease(_settings.Clock(), Lease.IdleLength);
        _sendLimit.MoveTo(_lease.ExpiresAt);
        if (_admittedBy is not null)
            return;
        (_admittedBy, _session) = (Sender, admitted.Session);
        _settings.Log($"Joined the coordinator at {ClusterNode.Format(_settings.Coordinator)} as {_settings.Introduction.Name}");
    }

    private void OnRenewal(LeaseRenewal renewal)
    {
        var now = _settings.Clock();
        // After a pause of this process: the renewal waited in a buffer, and the coordinator counts this worker as lost.
        if (_lease.ExpiredAt(now))
        {
            OnLeaseDue();
            return;
        }

        var shorter = renewal.Milliseconds < _lease.Length.TotalMilliseconds;
        _lease = new Lease(now, TimeSpan.FromMilliseconds(renewal.Milliseconds));
        // The engine wakes before this actor after a pause of the process.
        _sendLimit.MoveTo(_lease.ExpiresAt);
        if (shorter)
            WatchLease();
        Sender.Tell(new Alive(_session));
    }

    private void OnRelease(Release release)
    {
        if (_leaving is not null)
        {
            EndAsLeaving();
            return;
        }

        Sender.Tell(new Leaving("Released"));
        End(release.Lost ? LoadExitCode.WorkersLost : LoadExitCode.Ok, release.Reason, retry: true);
    }

    private void OnOffer(RunOffer offer)
    {
        if (_interrupted || _leaving is not null)
        {
            Sender.Tell(new RunRefused(offer.Run, "This worker is being interrupted"));
            return;
        }

        if (_run is not null && _offered == offer.Run)
        {
            _run.Forward(offer); // Sent again, because an answer is overdue.
            return;
        }

        if (_run is not null)
            Context.Stop(Context.Unwatch(_run)); // The coordinator is done with it.
        _offered = offer.Run;
        _settings.Log($"Preparing run {offer.Run.ToString(CultureInfo.InvariantCulture)}");
        var coordinator = Sender;
        _run = Context.Watch(Context.ActorOf(Props.Create(() => new WorkerRunActor(_settings, offer, coordinator, _sendLimit))));
    }

    private void OnRunEnded()
    {
        _run = null;
        if (_interrupted)
            LeaveInterrupted();
    }

    private void OnLeaseDue()
    {
        var remaining = _lease.Remaining(_settings.Clock());
        if (remaining > TimeSpan.Zero)
            WatchLease();
        else if (remaining <= -FrozenAfter)
            End(LoadExitCode.WorkersLost, $"The lease of this worker ended: this process did not run for about {(_lease.Length - remaining).TotalSeconds:0} s", retry: true);
        else if (_admittedBy is null)
            End(LoadExitCode.WorkersLost, NoAnswer, retry: true);
        else
            End(LoadExitCode.WorkersLost, $"The coordinator at {ClusterNode.Format(_settings.Coordinator)} was lost: nothing was received from it for {_lease.Length.TotalSeconds:0} s", retry: true);
    }

    private string NoAnswer => $"The program at {ClusterNode.Format(_settings.Coordinator)} accepts connections, but did not answer as a coordinator. "
        + "Check that `load run --workers` listens there, that both or neither have --certificate FILE, and that it reaches this machine";

    private void WatchLease() => Timers.StartSingleTimer(LeaseDue.Instance, LeaseDue.Instance, TimeSpan.FromTicks(Math.Max(1, _lease.Remaining(_settings.Clock()).Ticks)));

    private void OnCancel()
    {
        _interrupted = true;
        Timers.StartSingleTimer(StopTimeout.Instance, StopTimeout.Instance, StopPatience);
        // The final report of the run says what was sent up to now.
        if (_run is null)
            LeaveInterrupted();
        else
            _run.Tell(Cancel.Instance);
    }

    private void LeaveInterrupted() => Leave(LoadExitCode.Interrupted, "Interrupted", "it was interrupted on its machine");

    /// <summary>Ends when the coordinator has released this worker, or does not answer.</summary>
    private void Leave(int exitCode, string reason, string reasonForCoordinator)
    {
        if (_leaving is not null)
            return;
        _leaving = new WorkerOutcome(exitCode, reason, Retry: false);
        if (_run is not null)
            Context.Stop(_run);
        Timers.StartSingleTimer(StopTimeout.Instance, StopTimeout.Instance, StopPatience);
        // Also where the admission has not arrived yet: the coordinator may have decided already.
        _coordinator.Tell(new Leaving(reasonForCoordinator));
    }

    private void OnStopTimeout()
    {
        if (_leaving is null)
            LeaveInterrupted(); // The final report was not confirmed.
        else
            EndAsLeaving();
    }

    private void EndAsLeaving() => End(_leaving!.ExitCode, _leaving.Reason, retry: false);

    private void End(int exitCode, string reason, bool retry)
    {
        _settings.Ended.TrySetResult(new WorkerOutcome(exitCode, reason, retry, Admitted: _admittedBy is not null));
        Context.Stop(Self);
    }

    // Only what a coordinator sends first is answered: two nodes that answer each other's refusals would not stop.
    private void RefuseCoordinator(ILoadMessage message)
    {
        if (message is WorkerAdmitted or LeaseRenewal or RunOffer)
            Sender.Tell(new Refused(RefusalKind.Coordinator, $"This worker takes part in the runs of the coordinator at {ClusterNode.Format(_settings.Coordinator)}"));
    }

    /// <summary>Answer to a stop of a run that has nothing to report.</summary>
    internal static RunRefused NoPart(long run) => new(run, "it had no part of this run when the run was stopped");

    /// <summary>Ends the worker, and its run with a final report.</summary>
    internal sealed record Cancel
    {
        public static Cancel Instance { get; } = new();
    }

    /// <summary>The engine of the run failed with an exception.</summary>
    internal sealed record EngineFailed(string Reason);

    private sealed record HelloDue
    {
        public static HelloDue Instance { get; } = new();
    }

    private sealed record LeaseDue
    {
        public static LeaseDue Instance { get; } = new();
    }

    private sealed record StopTimeout
    {
        public static StopTimeout Instance { get; } = new();
    }
}

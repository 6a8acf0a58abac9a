using Akka.Actor;
using Akka.Cluster;
using LoadShaper.LoadTest.Cluster.Hosting;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>Admits workers, renews their leases, notices their loss, and has at most one <see cref="RunActor"/> for the current run.</summary>
internal sealed class CoordinatorActor : ReceiveActor, IWithTimers
{
    /// <summary>Name below /user; load-cluster.conf permits messages to it.</summary>
    public const string Name = "coordinator";

    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(1);

    private readonly CoordinatorSettings _settings;
    private readonly IMembership _cluster;
    private readonly List<Member> _members = [];

    // Since the workers that were waited for had joined; for the message of a run that does not begin.
    private readonly List<string> _lost = [];
    private WaitForWorkers? _waiting;
    private int? _wanted;
    private IActorRef? _run;
    private RunRequest? _next;
    private long _runs;
    private TimeSpan _leaseLength = Lease.IdleLength;
    private ReleaseWorkers? _releasing;

    public CoordinatorActor(CoordinatorSettings settings, IMembership cluster)
    {
        (_settings, _cluster) = (settings, cluster);
        Receive<Hello>(OnHello);
        Receive<Alive>(_ => Renewed(Sender));
        Receive<Leaving>(leaving => OnLeaving(leaving.Reason));
        Receive<Refused>(refused => _settings.Log($"Worker at {ClusterNode.Format(Sender.Path.Address)} refused: {refused.Reason}"));
        Receive<ILoadMessage>(message => message is RunReady or RunRefused or ContentRequest or Pong or ReportPart, OnRunMessage);
        Receive<ILoadMessage>(_ => { }); // Of another coordinator: an answer could be answered again, without end.
        Receive<WaitForWorkers>(OnWaitForWorkers);
        Receive<ListWorkers>(_ => Sender.Tell(Workers()));
        Receive<RunRequest>(OnRunRequest);
        Receive<InterruptRun>(interrupt => _run?.Forward(interrupt));
        Receive<WorkerFailed>(failed => Lose(failed.Worker, failed.Reason));
        Receive<WorkerExited>(exited => Lose([.. _members.Where(m => m.Worker.Name == exited.Name).Select(m => (m, exited.Reason))]));
        Receive<Terminated>(_ => OnRunEnded());
        Receive<ReleaseWorkers>(OnRelease);
        Receive<ReleaseTimeout>(_ => EndRelease());
        Receive<RenewalDue>(_ => OnRenewalDue());
        Receive<ClusterEvent.IMemberEvent>(OnMember);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self);
        RenewEvery(Lease.IdleRenewal);
    }

    protected override void PostStop()
    {
        _waiting?.Done.TrySetException(new ClusterException("The coordinator ended"));
        _next?.Result.TrySetException(new ClusterException("The coordinator ended"));
        _releasing?.Done.TrySetResult();
    }

    // A failure of the run's actor ends the run; the members stay.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void OnHello(Hello hello)
    {
        Replace(Sender);
        var address = ClusterNode.Format(Sender.Path.Address);
        var worker = new JoinedWorker(hello.Worker.Name, address, hello.Worker.Cores);
        var full = _run is not null ? _members.Count : _wanted;
        var refusal = _releasing is not null
            ? new AdmissionRefusal(RefusalKind.Full, "The coordinator is ending")
            : WorkerAdmission.Decide(Workers(), full, _settings.Program, hello.Worker, address);
        if (refusal is not null)
        {
            Sender.Tell(new Refused(refusal.Kind, refusal.Reason));
            Report(worker, WorkerChange.Refused, refusal.Reason);
            return;
        }

        if (Find(Sender) is null)
        {
            _members.Add(new Member(Sender, worker, new Lease(_settings.Clock(), _leaseLength)));
            Report(worker, WorkerChange.Joined, null);
        }

        Sender.Tell(new WorkerAdmitted(_settings.Session));
        CompleteWait();
    }

    /// <summary>A worker that was started again at a fixed address: its messages come from another actor. The old one is gone.</summary>
    private void Replace(IActorRef worker)
    {
        var address = worker.Path.Address;
        if (!address.HasGlobalScope || _members.Find(m => m.Ref.Path.Address == address && !m.Ref.Equals(worker)) is not { } old)
            return;
        // Not taken out of the cluster by its address, which is that of the new one: the cluster does so when the new one joins.
        _members.Remove(old);
        EndPart([(old, "another process was started at its address")]);
    }

    private void OnLeaving(string reason)
    {
        if (_releasing is null)
        {
            if (Find(Sender) is null)
                Sender.Tell(new Release(_settings.Session, Lost: true, "The coordinator does not count this worker as a part of its run"));
            Lose(Sender, reason);
            return;
        }

        Remove(Sender);
        if (_members.Count == 0)
            EndRelease();
    }

    private void OnRunMessage(ILoadMessage message)
    {
        if (Find(Sender) is null)
        {
            // A worker that was frozen and counted as lost, or one of an earlier coordinator at this address.
            Sender.Tell(new Release(_settings.Session, Lost: true, "The coordinator does not count this worker as a part of its run"));
            return;
        }

        Renewed(Sender);
        if (_run is not null)
            _run.Forward(message);
        else if (message is ReportPart part)
        {
            // The result is known; the confirmation of this final report, or the stop after a failure of the run, was lost.
            Sender.Tell(new ReportReceived(part.Run, part.Assignment, part.Report));
            Sender.Tell(new RunStop(part.Run, "The run has ended"));
        }
    }

    private void OnWaitForWorkers(WaitForWorkers waiting)
    {
        _waiting?.Done.TrySetCanceled();
        _waiting = waiting;
        _wanted = waiting.Count;
        foreach (var member in _members.Skip(waiting.Count).ToList())
        {
            Dismiss(member, lost: false, $"The run has its {waiting.Count} workers");
            Report(member.Worker, WorkerChange.Refused, $"The run has its {waiting.Count} workers");
        }

        foreach (var (member, joined) in _members.Select((m, i) => (m, i + 1)))
            waiting.Progress(new WorkerProgress(member.Worker, WorkerChange.Joined, joined, waiting.Count, null));
        CompleteWait();
    }

    private void CompleteWait()
    {
        if (_waiting is not { } waiting || _members.Count < waiting.Count)
            return;
        _waiting = null;
        _lost.Clear();
        waiting.Done.TrySetResult(Workers());
    }

    private void OnRunRequest(RunRequest request)
    {
        if (_run is not null)
        {
            // The result of a run is known a little before its actor has stopped.
            _next?.Result.TrySetException(new InvalidOperationException("The coordinator executes one run at a time, and another one waits"));
            _next = request;
            return;
        }

        if (_wanted is { } wanted && _members.Count < wanted)
        {
            request.Result.TrySetResult(LoadRun.NotStarted(request.Plan, RunEnd.WorkersLost,
                $"{_members.Count} of {wanted} workers take part; nothing was sent. Lost before the start: {string.Join("; ", _lost)}"));
            return;
        }

        var workers = _members.Select(member => new RunWorker(member.Ref, member.Worker)).ToList();
        BeginLeases(Lease.RunLength);
        RenewEvery(Lease.RunRenewal);
        var run = ++_runs;
        _run = Context.Watch(Context.ActorOf(Props.Create(() => new RunActor(_settings, run, request, WorkerOrder.ByName(workers))), $"run-{run}"));
    }

    private void RenewEvery(TimeSpan interval) => Timers.StartPeriodicTimer(RenewalDue.Instance, RenewalDue.Instance, interval);

    private void OnRunEnded()
    {
        _run = null;
        BeginLeases(Lease.IdleLength);
        RenewEvery(Lease.IdleRenewal);
        if (_next is not { } next)
            return;
        _next = null;
        OnRunRequest(next);
    }

    private void OnRelease(ReleaseWorkers release)
    {
        _releasing = release;
        if (_members.Count == 0)
        {
            EndRelease();
            return;
        }

        foreach (var member in _members)
            member.Ref.Tell(new Release(_settings.Session, Lost: false, "The coordinator ended its runs"));
        Timers.StartSingleTimer(ReleaseTimeout.Instance, ReleaseTimeout.Instance, ReleasePatience);
    }

    private void EndRelease() => _releasing?.Done.TrySetResult();

    private void OnRenewalDue()
    {
        var ended = Lease.Ended([.. _members.Select(member => member.Lease)], _settings.Clock());
        Lose([.. ended.Select(i => (_members[i], $"nothing was received from it for {_leaseLength.TotalSeconds:0} s"))]);
        foreach (var member in _members)
            Renew(member);
    }

    private void Renew(Member member) => member.Ref.Tell(new LeaseRenewal(_settings.Session, (int)_leaseLength.TotalMilliseconds));

    /// <summary>Gives every worker a lease of another length.</summary>
    private void BeginLeases(TimeSpan length)
    {
        _leaseLength = length;
        foreach (var member in _members)
        {
            member.Lease = new Lease(_settings.Clock(), length);
            Renew(member);
        }
    }

    private void OnMember(ClusterEvent.IMemberEvent change)
    {
        if (!change.Member.HasRole(NodeRoles.Coordinator) || change.Member.Address == _cluster.SelfAddress || change is ClusterEvent.MemberDowned)
            return;
        _settings.Log($"Refused a second coordinator at {ClusterNode.Format(change.Member.Address)}: this cluster has one. Start it with another --listen");
        _cluster.Down(change.Member.Address);
    }

    private void Lose(IActorRef worker, string reason)
    {
        if (Find(worker) is { } member)
            Lose([(member, reason)]);
    }

    private void Lose(IReadOnlyList<(Member Member, string Reason)> lost)
    {
        foreach (var (member, reason) in lost)
            Dismiss(member, lost: true, $"The coordinator counts this worker as lost: {reason}");
        EndPart(lost);
    }

    private void EndPart(IReadOnlyList<(Member Member, string Reason)> lost)
    {
        if (lost.Count == 0)
            return;
        _run?.Tell(new WorkersLost([.. lost.Select(l => new WorkerFailed(l.Member.Ref, l.Reason))]));
        foreach (var (member, reason) in lost)
        {
            _lost.Add($"{member.Worker.Name} ({member.Worker.Address}): {reason}");
            Report(member.Worker, WorkerChange.Lost, reason);
        }

        if (_releasing is not null && _members.Count == 0)
            EndRelease();
    }

    private void Dismiss(Member member, bool lost, string reason)
    {
        member.Ref.Tell(new Release(_settings.Session, lost, reason));
        Remove(member.Ref);
    }

    private void Remove(IActorRef worker)
    {
        _members.RemoveAll(member => member.Ref.Equals(worker));
        _cluster.Down(worker.Path.Address);
    }

    private void Renewed(IActorRef worker)
    {
        if (Find(worker) is { } member)
            member.Lease = new Lease(_settings.Clock(), _leaseLength);
    }

    private void Report(JoinedWorker worker, WorkerChange change, string? reason)
    {
        if (_waiting is { } waiting)
            waiting.Progress(new WorkerProgress(worker, change, _members.Count, waiting.Count, reason));
        // A loss in a run is a warning of that run.
        else if (change == WorkerChange.Refused || (change == WorkerChange.Lost && _run is null))
            _settings.Log($"Worker {worker.Name} ({worker.Address}) {(change == WorkerChange.Lost ? "lost" : "refused")}: {reason}");
    }

    private Member? Find(IActorRef worker) => _members.Find(member => member.Ref.Equals(worker));

    private List<JoinedWorker> Workers() => [.. _members.Select(member => member.Worker)];

    private sealed class Member(IActorRef reference, JoinedWorker worker, Lease lease)
    {
        public IActorRef Ref => reference;
        public JoinedWorker Worker => worker;
        public Lease Lease { get; set; } = lease;
    }

    private sealed record RenewalDue
    {
        public static RenewalDue Instance { get; } = new();
    }

    private sealed record ReleaseTimeout
    {
        public static ReleaseTimeout Instance { get; } = new();
    }
}

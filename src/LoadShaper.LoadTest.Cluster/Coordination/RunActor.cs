using System.Security.Cryptography;
using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>A worker of a run; its position is the number of its part.</summary>
internal sealed record RunWorker(IActorRef Ref, JoinedWorker Worker);

/// <summary>Workers of the run take no longer part. Those of one message were lost together, and none takes over a part of another.</summary>
internal sealed record WorkersLost(IReadOnlyList<WorkerFailed> Workers);

/// <summary>The part of a worker in the run ends.</summary>
internal sealed record WorkerFailed(IActorRef Worker, string Reason);

/// <summary>
/// One run: sends the scenario, measures the clocks, starts the parts, and hands reports to the <see cref="MergeActor"/>.
/// Sends every message again until it is answered. Stops when the result is known.
/// </summary>
internal sealed class RunActor : ReceiveActor, IWithTimers
{
    private readonly CoordinatorSettings _settings;
    private readonly long _run;
    private readonly RunRequest _request;
    private readonly IReadOnlyList<RunWorker> _workers;
    private readonly RunCoordination _coordination;
    private readonly IActorRef _coordinator = Context.Parent;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _contents = [];
    private RunOffer? _offer;
    private IActorRef? _merge;
    private string? _stopReason;

    public RunActor(CoordinatorSettings settings, long run, RunRequest request, IReadOnlyList<RunWorker> workers)
    {
        (_settings, _run, _request, _workers) = (settings, run, request, workers);
        _coordination = new RunCoordination(run, workers.Count, settings.Clock());
        Receive<ILoadMessage>(_ => Position(Sender) < 0, _ => { }); // Not a part of this run.
        Receive<RunReady>(ready => ready.Run == _run, _ => Send(_coordination.Ready(Position(Sender), _settings.Clock())));
        Receive<RunRefused>(refused => refused.Run == _run, OnRefused);
        Receive<ContentRequest>(wanted => wanted.Run == _run, OnContentRequest);
        Receive<Pong>(pong => pong.Run == _run, OnPong);
        Receive<PingDue>(due => Send(_coordination.PauseEnded(due.Worker, _settings.Clock())));
        Receive<ReportPart>(part => part.Run == _run, OnReport);
        Receive<WorkersLost>(OnLost);
        Receive<ResendDue>(_ => OnResendDue());
        Receive<InterruptRun>(_ => OnInterrupt());
        Receive<MergeActor.Finished>(finished => _coordination.Finished(finished.Assignment));
        Receive<MergeActor.StopWanted>(stop => StopWorkers(stop.Reason));
        Receive<MergeActor.Failed>(failed => _coordinator.Tell(new WorkerFailed(_workers[_coordination.OwnerOf(failed.Assignment)].Ref, failed.Reason)));
        Receive<MergeActor.Merged>(_ => Context.Stop(Self));
        Receive<ILoadMessage>(_ => { }); // of an earlier run
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var package = _request.Package.Encode();
        var hash = Convert.ToHexStringLower(SHA256.HashData(package));
        _contents[hash] = package;
        foreach (var file in _request.Package.Files)
            _contents[file.Sha256] = _request.Package.Content(file.Sha256)!.Value;
        if (_workers.Count == 0)
            EndBeforeStart(RunEnd.WorkersLost, "No worker takes part in the run");
        _offer = new RunOffer(_settings.Session, _run, hash, package.Length, _request.AllowedTargets);
        foreach (var worker in _workers)
            Send(worker.Ref, _offer);
        Timers.StartPeriodicTimer(ResendDue.Instance, ResendDue.Instance, RunCoordination.ResendInterval);
    }

    // Every other end has set the result already.
    protected override void PostStop()
    {
        const string reason = "The coordinator failed; its log has the cause";
        if (_request.Result.TrySetResult(LoadRun.NotStarted(_request.Plan, RunEnd.EngineFailed, reason)))
            StopWorkers(reason);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    private void OnContentRequest(ContentRequest wanted)
    {
        if (!_contents.TryGetValue(wanted.Sha256, out var content) || wanted.Offset > content.Length)
        {
            _coordinator.Tell(new WorkerFailed(Sender, $"it asked for content {wanted.Sha256} at {wanted.Offset}, which the scenario does not have"));
            return;
        }

        _coordination.Fetches(Position(Sender), wanted.Sha256, wanted.Offset, _settings.Clock());
        var length = (int)Math.Min(MessageLimits.PartBytes, content.Length - wanted.Offset);
        Send(Sender, new Content(_run, wanted.Sha256, wanted.Offset, content.Slice((int)wanted.Offset, length).ToArray()));
    }

    private void OnPong(Pong pong)
    {
        var now = _settings.Clock();
        var orders = _coordination.Answered(Position(Sender), pong, now);
        if (_merge is null && _coordination.Plan is { } plan)
        {
            var startedAt = DateTimeOffset.UtcNow.AddTicks((plan.At - now) / TimeSpan.NanosecondsPerTick) + _request.Plan.Warmup;
            var identities = _workers.Select((worker, i) => Identity(i, worker.Worker.Name)).ToList();
            _merge = Context.ActorOf(Props.Create(() => new MergeActor(_request, identities, startedAt)).WithDispatcher("load-test.merge-dispatcher"), "merge");
        }

        Send(orders);
        var worker = Position(Sender);
        if (_coordination.PauseOf(worker) is { } pause)
            Timers.StartSingleTimer((nameof(PingDue), worker), new PingDue(worker), pause);
    }

    private void OnReport(ReportPart part)
    {
        if (_merge is null || !_coordination.Owns(Position(Sender), part.Assignment))
            _coordinator.Tell(new WorkerFailed(Sender, $"it reported assignment {part.Assignment}, which is not its own"));
        else
        {
            _coordination.Reported(part.Assignment);
            _merge.Forward(part);
        }
    }

    private void OnRefused(RunRefused refused)
    {
        if (_merge is null)
        {
            EndBeforeStart(RunEnd.EngineFailed, $"Worker {NameOf(Sender)}: {refused.Reason}");
            return;
        }

        // Only after a stop that arrived before a start: the part was never begun, and no report of it will arrive.
        if (_stopReason is null)
            return;
        foreach (var assignment in _coordination.UnfinishedOf(Position(Sender)))
            _merge.Tell(new MergeActor.Lost(assignment, SinceStart(_settings.Clock()), $"it did not start its part: {refused.Reason}"));
    }

    private void OnResendDue()
    {
        var now = _settings.Clock();
        if (_stopReason is not null)
        {
            foreach (var worker in _coordination.Unfinished)
                Send(_workers[worker].Ref, new RunStop(_run, _stopReason));
            return;
        }

        if (_merge is null && _coordination.Stalled(now).Select(i => $"{_workers[i].Worker.Name} ({_workers[i].Worker.Address})").ToList() is { Count: > 0 } stalled)
        {
            EndBeforeStart(RunEnd.WorkersLost, $"The run could not be prepared within {RunCoordination.PreparationLimit.TotalSeconds:0} s on {string.Join(", ", stalled)}; nothing was sent. "
                + "Check the network between these machines and this one");
            return;
        }

        foreach (var worker in _coordination.NotReady)
            Send(_workers[worker].Ref, _offer!);
        Send(_coordination.Unanswered(now));
    }

    private void OnLost(WorkersLost lost)
    {
        var workers = lost.Workers.Select(l => (Position: Position(l.Worker), l.Reason)).Where(l => l.Position >= 0).ToList();
        if (workers.Count == 0)
            return;
        if (_merge is null)
        {
            EndBeforeStart(RunEnd.WorkersLost, $"Lost before the start: {string.Join("; ", workers.Select(l => $"worker {_workers[l.Position].Worker.Name}: {l.Reason}"))}. Nothing was sent");
            return;
        }

        var now = _settings.Clock();
        var at = SinceStart(now);
        // All of them first: none of them is there to take over.
        foreach (var (reason, assignment) in workers.SelectMany(l => _coordination.Lose(l.Position).Select(a => (l.Reason, a))).ToList())
        {
            var takeover = _settings.OnWorkerLoss == WorkerLossPolicy.Rebalance && _stopReason is null ? _coordination.TakeOver(assignment, now) : [];
            // Before the loss, which could otherwise be the end of the run.
            foreach (var order in takeover)
            {
                var start = (RunStart)order.Message;
                _merge.Tell(new MergeActor.Joined(Identity(order.Worker, _workers[order.Worker].Worker.Name) with { Takeover = new Takeover(assignment, start.Part, start.From) }));
            }

            _merge.Tell(new MergeActor.Lost(assignment, at, reason));
            Send(takeover);
        }
    }

    private void OnInterrupt()
    {
        if (_merge is null)
            EndBeforeStart(RunEnd.Interrupted, "Interrupted before the start");
        else
            _merge.Tell(InterruptRun.Instance);
    }

    private void EndBeforeStart(RunEnd end, string reason)
    {
        if (_merge is not null)
            return;
        StopWorkers(reason);
        _request.Result.TrySetResult(LoadRun.NotStarted(_request.Plan, end, reason));
        Context.Stop(Self);
    }

    private void StopWorkers(string reason)
    {
        _stopReason = reason;
        foreach (var worker in _workers)
            Send(worker.Ref, new RunStop(_run, reason));
    }

    private void Send(IReadOnlyList<RunOrder> orders)
    {
        foreach (var order in orders)
            Send(_workers[order.Worker].Ref, order.Message);
    }

    // Answers go to the coordinator, which knows whether the worker still takes part.
    private void Send(IActorRef worker, ILoadMessage message) => worker.Tell(message, _coordinator);

    /// <summary>Time from the first intended request after the warm-up.</summary>
    private TimeSpan SinceStart(long now) => TimeSpan.FromTicks((now - _coordination.Plan!.At) / TimeSpan.NanosecondsPerTick) - _request.Plan.Warmup;

    private WorkerIdentity Identity(int worker, string name) =>
        new(name, _workers[worker].Worker.Address, TimeSpan.FromTicks(_coordination.OffsetOf(worker)!.Nanoseconds / TimeSpan.NanosecondsPerTick));

    private string NameOf(IActorRef worker) => _workers[Position(worker)].Worker.Name;

    private int Position(IActorRef worker)
    {
        for (var i = 0; i < _workers.Count; i++)
            if (_workers[i].Ref.Equals(worker))
                return i;
        return -1;
    }

    private sealed record PingDue(int Worker);

    private sealed record ResendDue
    {
        public static ResendDue Instance { get; } = new();
    }
}

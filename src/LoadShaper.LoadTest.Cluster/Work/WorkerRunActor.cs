using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.LoadTest.Cluster.Work;

/// <summary>
/// One run on a worker: fetches and opens the scenario, answers pings, executes assignments and sends their reports. Stops
/// when the coordinator has confirmed every final report, or at a stop before the start. Its end cancels the engine.
/// </summary>
internal sealed class WorkerRunActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan ResendInterval = TimeSpan.FromSeconds(1);

    private readonly WorkerSettings _settings;
    private readonly RunOffer _offer;
    private readonly IActorRef _coordinator;
    private readonly IActorRef _worker;
    private readonly SendLimit _sendLimit;
    private readonly ContentTransfer _transfer;
    private readonly CancellationTokenSource _cancel = new();
    private readonly Dictionary<int, Execution> _executions = [];
    private Scenario? _scenario;
    private bool _opening;
    private bool _received;

    public WorkerRunActor(WorkerSettings settings, RunOffer offer, IActorRef coordinator, SendLimit sendLimit)
    {
        (_settings, _offer, _coordinator, _worker, _sendLimit) = (settings, offer, coordinator, Context.Parent, sendLimit);
        _transfer = new ContentTransfer(offer, settings.Cache);
        Receive<Content>(content => content.Run == offer.Run, content => Fetch(() => _transfer.Add(content)));
        Receive<RunOffer>(again => again.Run == offer.Run, _ => OnOfferedAgain());
        Receive<Scenario>(OnOpened);
        Receive<OpenFailed>(failed => Refuse(failed.Reason));
        Receive<Ping>(ping => ping.Run == offer.Run, ping => Send(new Pong(ping.Run, ping.Sequence, ping.SentAt, settings.Clock())));
        Receive<RunStart>(start => start.Run == offer.Run, OnStart);
        Receive<RunStop>(stop => stop.Run == offer.Run, stop => OnRunStop(stop.Reason));
        Receive<WorkerActor.Cancel>(_ => OnStop("interrupted on this machine"));
        Receive<Reported>(OnReported);
        Receive<ExecutionEnded>(OnExecutionEnded);
        Receive<ResendDue>(_ => Resend());
        Receive<ReportReceived>(received => received.Run == offer.Run, OnReceived);
        Receive<ILoadMessage>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Fetch(() => true);

    // Not disposed: the engine may still register with it.
    protected override void PostStop() => _cancel.Cancel();

    // The coordinator knows a worker by the actor that introduced itself.
    private void Send(ILoadMessage message) => _coordinator.Tell(message, _worker);

    /// <param name="add">False: the content was not asked for, or has arrived before.</param>
    private void Fetch(Func<bool> add)
    {
        if (_scenario is not null || _opening)
            return;
        try
        {
            if (!add())
                return;
            _received = true;
            if (_transfer.Next() is { } request)
            {
                Send(request);
                return;
            }
        }
        catch (FormatException e)
        {
            Refuse(e.Message);
            return;
        }

        _opening = true;
        var (engine, package, cache) = (_settings.Engine, _transfer.Package!, _settings.Cache);
        Task.Run(() => engine.Open(package, cache.Find)).PipeTo(Self, failure: e => new OpenFailed(e.Message));
    }

    /// <summary>The coordinator waits for an answer: a request, the content, or the confirmation may be lost.</summary>
    private void OnOfferedAgain()
    {
        if (_scenario is not null)
            Send(new RunReady(_offer.Run));
        else if (!_received)
            Fetch(() => true);
        _received = false;
    }

    private void OnOpened(Scenario scenario)
    {
        _scenario = scenario;
        Send(new RunReady(_offer.Run));
    }

    private void Refuse(string reason)
    {
        _settings.Log($"Run refused: {reason}");
        Send(new RunRefused(_offer.Run, reason));
        Context.Stop(Self);
    }

    private void OnStart(RunStart start)
    {
        if (_scenario is not { } scenario || _cancel.IsCancellationRequested || !_executions.TryAdd(start.Assignment, new Execution()))
            return;
        _settings.Log($"{(start.From > TimeSpan.Zero ? "Taking over from a lost worker: " : "Starting ")}part {start.Part.Index + 1} of {start.Part.Count}");
        var (self, token, engine) = (Self, _cancel.Token, _settings.Engine);
        var assignment = new WorkerAssignment(start.Part, start.StartAt) { From = start.From, AllowedTargets = _offer.AllowedTargets, SendLimit = _sendLimit };
        // Encoding takes place on the thread that reports, which the engine and the lease do not wait for.
        void Report(WorkerReport report) => self.Tell(new Reported(start.Assignment, report.Sequence, report.Kind == WorkerReportKind.Final, WorkerReportCodec.Encode(report)));
        Task.Run(() => engine.ExecuteAsync(scenario, assignment, Report, token), CancellationToken.None)
            .PipeTo(self, success: () => new ExecutionEnded(start.Assignment, null), failure: e => new ExecutionEnded(start.Assignment, e.Message));
    }

    private void OnRunStop(string reason)
    {
        // The start was lost, and no report will follow.
        if (_executions.Count == 0)
            Send(WorkerActor.NoPart(_offer.Run));
        OnStop(reason);
    }

    private void OnStop(string reason)
    {
        if (_executions.Values.All(e => e.Received))
        {
            Context.Stop(Self);
            return;
        }

        if (_cancel.IsCancellationRequested)
            return; // Sent again, because the final report is under way.
        _settings.Log($"Stopping the run: {reason}");
        _cancel.Cancel();
    }

    private void OnReported(Reported report)
    {
        var parts = ReportAssembler.Split(_offer.Run, report.Assignment, report.Sequence, report.Bytes).ToList();
        if (report.Final)
        {
            _executions[report.Assignment].Final = parts;
            Timers.StartPeriodicTimer(ResendDue.Instance, ResendDue.Instance, ResendInterval);
        }

        foreach (var part in parts)
            Send(part);
    }

    private void OnExecutionEnded(ExecutionEnded ended)
    {
        if (ended.Failure is not null)
            _worker.Tell(new WorkerActor.EngineFailed(ended.Failure));
    }

    private void Resend()
    {
        foreach (var part in _executions.Values.Where(e => !e.Received).SelectMany(e => e.Final ?? []))
            Send(part);
    }

    private void OnReceived(ReportReceived received)
    {
        if (_executions.TryGetValue(received.Assignment, out var execution))
            execution.Received = true;
        if (!_executions.Values.All(e => e.Received))
            return;
        Timers.Cancel(ResendDue.Instance);
        _settings.Log("Finished");
        // A part of a lost worker can follow, except after a stop.
        if (_cancel.IsCancellationRequested)
            Context.Stop(Self);
    }

    private sealed class Execution
    {
        public IReadOnlyList<ReportPart>? Final { get; set; }
        public bool Received { get; set; }
    }

    private sealed record OpenFailed(string Reason);

    private sealed record Reported(int Assignment, long Sequence, bool Final, byte[] Bytes);

    private sealed record ExecutionEnded(int Assignment, string? Failure);

    private sealed record ResendDue
    {
        public static ResendDue Instance { get; } = new();
    }
}

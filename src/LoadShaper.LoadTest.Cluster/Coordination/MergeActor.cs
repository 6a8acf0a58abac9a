using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Distribution;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>Merges the reports of a run and calls its observer, on a thread of its own: an observer that writes or draws slowly delays no lease.</summary>
internal sealed class MergeActor : ReceiveActor
{
    private readonly RunRequest _request;
    private readonly MergedRun _merged;
    private readonly List<ReportAssembler> _assemblers;
    private readonly HashSet<int> _final = [];
    private readonly DateTimeOffset _startedAt;
    private bool _stopSent;

    public MergeActor(RunRequest request, IReadOnlyList<WorkerIdentity> workers, DateTimeOffset startedAt)
    {
        (_request, _startedAt) = (request, startedAt);
        _merged = new MergedRun(request.Plan, workers, request.Observer);
        _assemblers = [.. workers.Select(_ => new ReportAssembler())];
        Receive<ReportPart>(part => Then(() => OnPart(part)));
        Receive<Lost>(lost => Then(() => _merged.Lose(lost.Assignment, lost.At, lost.Reason)));
        Receive<Joined>(joined => Then(() =>
        {
            _merged.Join(joined.Worker);
            _assemblers.Add(new ReportAssembler());
        }));
        Receive<InterruptRun>(_ => Then(() => _merged.Stop(RunEnd.Interrupted, "Interrupted")));
    }

    protected override void PreStart() => Then(() => _merged.Start(_startedAt));

    private void OnPart(ReportPart part)
    {
        if (_final.Contains(part.Assignment))
        {
            // Sent again while the confirmation was under way.
            Sender.Tell(new ReportReceived(part.Run, part.Assignment, part.Report));
            return;
        }

        if (_assemblers[part.Assignment].Add(part) is not { } bytes)
            return;
        try
        {
            var report = WorkerReportCodec.Decode(bytes);
            // It was frozen, or its machine is too slow: the others go on.
            if (!_stopSent && report.End is { End: RunEnd.StartMissed, StopReason: var reason })
            {
                Context.Parent.Tell(new Failed(part.Assignment, $"it could not start in time. {reason}"));
                return;
            }

            _merged.Accept(part.Assignment, report);
            if (report.Kind != WorkerReportKind.Final)
                return;
            _final.Add(part.Assignment);
            // A part that was interrupted on its own machine can be taken over. Before the confirmation, after which the worker refuses a stop.
            if (_stopSent || report.End?.End != RunEnd.Interrupted)
                Context.Parent.Tell(new Finished(part.Assignment));
            Sender.Tell(new ReportReceived(part.Run, part.Assignment, part.Report));
        }
        catch (FormatException e)
        {
            Context.Parent.Tell(new Failed(part.Assignment, $"it sent a damaged report: {e.Message}"));
        }
    }

    private void Then(Action action)
    {
        action();
        if (!_stopSent && _merged.StopReason is { } reason)
        {
            _stopSent = true;
            Context.Parent.Tell(new StopWanted(reason));
        }

        if (!_merged.Finished)
            return;
        _request.Result.TrySetResult(_merged.Result());
        Context.Parent.Tell(Merged.Instance);
    }

    /// <summary>An assignment ends with its worker.</summary>
    internal sealed record Lost(int Assignment, TimeSpan At, string Reason);

    /// <summary>A worker has a further assignment; its number is the next one.</summary>
    internal sealed record Joined(WorkerIdentity Worker);

    /// <summary>The final report of an assignment has arrived.</summary>
    internal sealed record Finished(int Assignment);

    /// <summary>The workers have to stop.</summary>
    internal sealed record StopWanted(string Reason);

    /// <summary>The worker of an assignment has to be given up.</summary>
    internal sealed record Failed(int Assignment, string Reason);

    /// <summary>The result is complete.</summary>
    internal sealed record Merged
    {
        public static Merged Instance { get; } = new();
    }
}

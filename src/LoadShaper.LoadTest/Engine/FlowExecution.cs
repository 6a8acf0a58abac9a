using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine;

/// <summary>
/// The life of flows on one engine thread: begin, next step, time-out, end; and what is recorded about each. Transports
/// report every step's end exactly once.
/// </summary>
internal sealed class FlowExecution(
    CompiledPlan plan, FlowChoice choice, ArrivalSource source, FlowTable flows, EngineFeed feed, IReadOnlyList<ITransport> transports)
{
    /// <summary>A closed-model user whose connection failed waits, so that a dead target does not turn the generator into a busy loop.</summary>
    private const long PauseAfterFailedConnect = 100_000_000;

    private readonly EngineCounters _counters = feed.Counters;
    private readonly long _lateAfter = plan.Plan.LateAfter.Ticks * 100;
    private readonly PercentileTracking _percentiles = plan.Plan.Percentiles;

    /// <summary>The run was stopped: no further step of a flow is started. At the planned end, flows that began are finished.</summary>
    internal bool Stopping { get; set; }

    internal EngineCounters Counters => _counters;

    internal void Begin(in Arrival arrival, long now)
    {
        var flow = flows.Take();
        flow.Begin(plan.Flows[choice.Of(arrival.Index)], arrival);
        // While no connection was free, the delay is the target's, not the generator's.
        flow.Lag = Math.Max(0, now - Math.Max(arrival.Due, flows.FreeSince));
        BeginStep(flow, arrival.Intended, now, late: now - arrival.Due > _lateAfter);
    }

    /// <summary>The step waits for something else now, for at most <paramref name="limit"/> nanoseconds.</summary>
    internal void SetStage(FlowState flow, Stage stage, long now, long limit)
    {
        flow.Stage = stage;
        flows.SetDeadline(flow, Math.Min(now + limit, flow.TotalDeadline));
    }

    /// <param name="statusClass">1 to 5; 0 for echo steps.</param>
    internal void StepCompleted(FlowState flow, long now, int statusClass)
    {
        Record(flow, now, OutcomeFlags.None, 0, statusClass);
        if (Stopping || flow.StepIndex + 1 == flow.Flow.Steps.Length)
        {
            EndFlow(flow, now, pause: 0);
            return;
        }

        flow.Step = flow.Flow.Steps[++flow.StepIndex];
        flow.Lag = 0;
        _counters.OnOffered(flow.Step.Series, flow.Arrival.Warmup);
        BeginStep(flow, now, now, late: false);
    }

    internal void StepFailed(FlowState flow, long now, int error, int statusClass = 0, bool connectFailed = false)
    {
        Record(flow, now, connectFailed ? OutcomeFlags.Failed | OutcomeFlags.ConnectFailed : OutcomeFlags.Failed, error, statusClass);
        EndFlow(flow, now, connectFailed ? PauseAfterFailedConnect : 0);
    }

    internal void TimedOut(FlowState flow, long now)
    {
        var step = flow.Step;
        var error = step.TimeoutError(flow.Stage, now >= flow.TotalDeadline);
        var connecting = flow.Stage == Stage.Connecting;
        flow.Transport.Abandon(flow);
        StepFailed(flow, now, error, connectFailed: connecting);
    }

    internal void WriteTick(long at, int users)
    {
        feed.Ring.Write(new Outcome
        {
            End = at,
            Flags = OutcomeFlags.Tick,
            Response = (uint)_counters.OfferedSinceTick,
            Service = (uint)_counters.SentSinceTick,
            Lag = (uint)_counters.LateSinceTick,
            BytesSent = (uint)flows.InFlight,
            BytesReceived = (uint)users,
        });
        _counters.OfferedSinceTick = _counters.SentSinceTick = _counters.LateSinceTick = 0;
    }

    private void BeginStep(FlowState flow, long intended, long now, bool late)
    {
        flow.Intended = intended;
        flow.TakenUp = now;
        flow.TotalDeadline = now + flow.Step.Timeouts.Total;
        flow.BytesSent = flow.BytesReceived = 0;
        flow.Transport = transports[flow.Step.Target];
        _counters.OnSent(flow.Step.Series, flow.Arrival.Warmup, late);
        flow.Transport.Start(flow);
    }

    private void EndFlow(FlowState flow, long now, long pause)
    {
        flow.Connection = null;
        var user = flow.Arrival.User;
        flows.Release(flow, now);
        source.FlowEnded(user, now, pause);
    }

    private void Record(FlowState flow, long now, OutcomeFlags flags, int error, int statusClass)
    {
        if (flow.Arrival.Warmup)
            flags |= OutcomeFlags.Warmup;
        if (IsSampled(flow.Arrival.Index))
            flags |= OutcomeFlags.Sampled;
        feed.Ring.Write(new Outcome
        {
            End = now,
            Response = Microseconds(now - flow.Intended),
            Service = Microseconds(now - flow.TakenUp),
            Lag = Microseconds(flow.Lag),
            BytesSent = (uint)Math.Min(flow.BytesSent, uint.MaxValue),
            BytesReceived = (uint)Math.Min(flow.BytesReceived, uint.MaxValue),
            Error = error,
            Series = flow.Step.Series,
            Flags = flags,
            StatusClass = (byte)statusClass,
        });
    }

    private bool IsSampled(long index) => _percentiles.Mode switch
    {
        PercentileMode.Off => false,
        PercentileMode.Sampled => Chance.Unit(plan.Plan.Seed, Chance.Streams.Samples, index) < _percentiles.Rate,
        _ => true,
    };

    private static uint Microseconds(long nanoseconds) => (uint)Math.Clamp((nanoseconds + 500) / 1_000, 0, uint.MaxValue);
}

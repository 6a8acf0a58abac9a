using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Results;

/// <summary>What a run produced. Complete also for a run that was interrupted.</summary>
public sealed record RunResult
{
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From the first intended time after the warm-up to the end of the last phase, or to the stop.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What the phases and the warm-up asked for.</summary>
    public required TimeSpan PlannedDuration { get; init; }

    public required RunEnd End { get; init; }

    /// <summary>Why the run ended before its plan. Null when it did not.</summary>
    public string? StopReason { get; init; }

    /// <summary>All steps together, warm-up left out.</summary>
    public required SeriesResult Total { get; init; }

    /// <summary>One per step name in the order of the plan, at most its limit (first come, never evicted), then <c>other</c> when it was needed.</summary>
    public required IReadOnlyList<SeriesResult> Series { get; init; }

    /// <summary>The warm-up's counts; they are in no other figure.</summary>
    public required RunCounts Warmup { get; init; }

    public required IReadOnlyList<TimelineRow> Timeline { get; init; }

    /// <summary>Largest count first; at most 50 texts and <c>other</c>.</summary>
    public required IReadOnlyList<ErrorRow> Errors { get; init; }

    public required GeneratorHealth Health { get; init; }

    /// <summary>Loss, duplicates and reordering of echo steps. Null without such steps.</summary>
    public EchoCounts? Echo { get; init; }

    public required PercentileTracking Percentiles { get; init; }

    /// <summary>Things the report must disclose, for example percentiles dropped by the memory limit.</summary>
    public IReadOnlyList<RunWarning> Warnings { get; init; } = [];

    /// <summary>Actual minus planned start of the engine; null when no instant was given (<c>LoadRunOptions.StartAt</c>) or it did not start.</summary>
    public TimeSpan? StartSkew { get; init; }

    /// <summary>One per worker of a distributed run; empty otherwise.</summary>
    public IReadOnlyList<WorkerResult> Workers { get; init; } = [];

    /// <summary>How often each fault of the policy happened, where the run itself executed the policy (a distributed run); null otherwise.</summary>
    public IReadOnlyDictionary<string, long>? Faults { get; init; }
}

public enum RunEnd
{
    /// <summary>All phases were executed.</summary>
    Finished,

    /// <summary>The cancellation token was used (SIGINT, SIGTERM).</summary>
    Interrupted,

    /// <summary>The observer asked for the end (<c>--abort-on</c>).</summary>
    Aborted,

    /// <summary>The memory limit was reached.</summary>
    MemoryLimit,

    /// <summary>The engine cannot go on; <see cref="RunResult.StopReason"/> says why.</summary>
    EngineFailed,

    /// <summary>Workers of a distributed run were lost; what they reported is in the result.</summary>
    WorkersLost,

    /// <summary>The engine was ready only after <see cref="LoadRunOptions.LatestStart"/>; nothing was sent.</summary>
    StartMissed,
}

/// <summary>
/// Numbers of requests. At the end of a run: offered = sent + unsent, and sent = completed + failed + unfinished.
/// During a run, unsent is the backlog and unfinished what is in flight. The server saw sent - connectFailed requests,
/// plus or minus those in flight at the end.
/// </summary>
public readonly record struct RunCounts
{
    /// <summary>Requests whose intended time was reached.</summary>
    public long Offered { get; init; }

    /// <summary>Requests taken up by a connection.</summary>
    public long Sent { get; init; }

    /// <summary>Ended with a response that met every expectation.</summary>
    public long Completed { get; init; }

    /// <summary>Ended otherwise: no connection, time-out, malformed response, expectation not met.</summary>
    public long Failed { get; init; }

    /// <summary>Of the sent: taken up more than <see cref="RunPlan.LateAfter"/> after the intended time, for any reason.</summary>
    public long Late { get; init; }

    /// <summary>Due but never taken up, because no connection or no time was left.</summary>
    public long Unsent { get; init; }

    /// <summary>Still in flight when the run ended.</summary>
    public long Unfinished { get; init; }

    /// <summary>Of the failed: no connection, so that no byte was sent.</summary>
    public long ConnectFailed { get; init; }

    public long BytesSent { get; init; }
    public long BytesReceived { get; init; }

    public static RunCounts operator +(RunCounts a, RunCounts b) => new()
    {
        Offered = a.Offered + b.Offered,
        Sent = a.Sent + b.Sent,
        Completed = a.Completed + b.Completed,
        Failed = a.Failed + b.Failed,
        Late = a.Late + b.Late,
        Unsent = a.Unsent + b.Unsent,
        Unfinished = a.Unfinished + b.Unfinished,
        ConnectFailed = a.ConnectFailed + b.ConnectFailed,
        BytesSent = a.BytesSent + b.BytesSent,
        BytesReceived = a.BytesReceived + b.BytesReceived,
    };

    public static RunCounts operator -(RunCounts a, RunCounts b) => new()
    {
        Offered = a.Offered - b.Offered,
        Sent = a.Sent - b.Sent,
        Completed = a.Completed - b.Completed,
        Failed = a.Failed - b.Failed,
        Late = a.Late - b.Late,
        Unsent = a.Unsent - b.Unsent,
        Unfinished = a.Unfinished - b.Unfinished,
        ConnectFailed = a.ConnectFailed - b.ConnectFailed,
        BytesSent = a.BytesSent - b.BytesSent,
        BytesReceived = a.BytesReceived - b.BytesReceived,
    };

    /// <summary>Failed of all ended requests, 0 to 1; 0 when none ended.</summary>
    public double ErrorRate => Completed + Failed == 0 ? 0 : (double)Failed / (Completed + Failed);

    /// <summary>Sent of offered, 0 to 1; 1 when nothing was offered.</summary>
    public double SentRatio => Offered == 0 ? 1 : (double)Sent / Offered;
}

/// <summary>
/// One step's (or all steps') counts and latencies. Histograms are in microseconds and empty when percentiles are off or
/// were dropped by the memory limit.
/// </summary>
public sealed record SeriesResult
{
    public required string Name { get; init; }
    public required RunCounts Counts { get; init; }

    /// <summary>Completed requests, from the intended time to the last byte. The headline.</summary>
    public required LatencyHistogram Response { get; init; }

    /// <summary>Failed requests, from the intended time; time-outs at their full value.</summary>
    public required LatencyHistogram FailedResponse { get; init; }

    /// <summary>Completed requests, from the moment they were sent (what other tools report).</summary>
    public required LatencyHistogram Service { get; init; }

    /// <summary>Completed responses by class: 1xx to 5xx at index 1 to 5; index 0 for everything else. Failed expectations included.</summary>
    public IReadOnlyList<long> StatusClasses { get; init; } = [0, 0, 0, 0, 0, 0];

    /// <summary>Completed and failed together.</summary>
    public LatencyHistogram All()
    {
        var all = Response.Copy();
        all.Add(FailedResponse);
        return all;
    }
}

/// <summary>A row of the timeline: one second in the first hour, 10 s in the next 10 hours, then 60 s.</summary>
public sealed record TimelineRow
{
    /// <summary>Start, from the first intended time after the warm-up; negative within the warm-up.</summary>
    public required TimeSpan Start { get; init; }

    public required TimeSpan Length { get; init; }

    /// <summary>By intended time (offered), time of sending (sent, late) and time of the end (completed, failed).</summary>
    public required RunCounts Counts { get; init; }

    /// <summary>Completed requests that ended in this row, microseconds from the intended time; 0 without any.</summary>
    public required LatencySummary Response { get; init; }

    /// <summary>Generator lag in microseconds.</summary>
    public long LagP99 { get; init; }

    /// <summary>At the end of the row.</summary>
    public int InFlight { get; init; }

    /// <summary>Arrivals that were due but not sent at the end of the row. <see cref="RunCounts.Unsent"/> of a row is always 0.</summary>
    public long Backlog { get; init; }

    public int Users { get; init; }

    /// <summary>The rate that the plan asks for at the start of the row; NaN in a closed phase.</summary>
    public double PlannedRate { get; init; }

    /// <summary>Cores used by this process.</summary>
    public double Cpu { get; init; }

    public long ResidentBytes { get; init; }
    public bool Warmup { get; init; }
}

/// <summary>Percentiles in microseconds, exact to the histogram's digits; the maximum is exact.</summary>
public readonly record struct LatencySummary(long Count, long P50, long P90, long P95, long P99, long P999, long Max);

/// <summary>Failures with the same normalised text.</summary>
/// <param name="Text">Addresses, ports and numbers of single requests are removed.</param>
/// <param name="Step">Step name; <c>*</c> in the row <c>other</c>.</param>
public sealed record ErrorRow(string Text, string Step, FailureKind Kind, long Count, TimeSpan First, TimeSpan Last);

public enum FailureKind
{
    Other,
    Resolve,
    Connect,
    ConnectTimeout,
    Send,
    SendTimeout,
    FirstByteTimeout,
    TotalTimeout,

    /// <summary>The connection ended before the response was complete.</summary>
    ClosedEarly,

    /// <summary>The response is not valid HTTP/1.1, or not the echo of the message.</summary>
    Malformed,

    /// <summary>A complete response that does not meet the step's expectation.</summary>
    Expectation,

    /// <summary>A complete response without a value that a later step needs.</summary>
    Extraction,
    Tls,

    /// <summary>The generator's machine ran out of local ports, file descriptors or socket memory: not the target's failure.</summary>
    LocalResource,
}

/// <summary>
/// Datagrams and messages of echo steps, warm-up included. Sent = received + lost + those that came back over a stream
/// corrupted + those in flight at the end.
/// </summary>
/// <param name="Lost">Not answered within the time limit, or the connection ended.</param>
/// <param name="Corrupted">Arrived changed. A changed datagram cannot be matched, so its message is also lost.</param>
/// <param name="Reordered">Arrived after one with a higher sequence number of the same socket (RFC 4737).</param>
/// <param name="AfterTimeout">Arrived after their time-out; they stay counted as lost.</param>
public readonly record struct EchoCounts(long Sent, long Received, long Lost, long Duplicated, long Reordered, long Corrupted, long AfterTimeout)
{
    public static EchoCounts operator +(EchoCounts a, EchoCounts b) => new(
        a.Sent + b.Sent, a.Received + b.Received, a.Lost + b.Lost, a.Duplicated + b.Duplicated,
        a.Reordered + b.Reordered, a.Corrupted + b.Corrupted, a.AfterTimeout + b.AfterTimeout);
}

/// <summary>An event of the run for the operator.</summary>
/// <param name="Code">Stable identifier, for example <c>memory.warn</c>.</param>
public sealed record RunWarning(TimeSpan At, string Code, string Text);

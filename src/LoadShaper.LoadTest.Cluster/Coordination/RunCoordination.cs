using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Cluster.Timing;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>
/// The steps of one run from the offer to the start, and which part of the schedule each worker has. Pure but for its own
/// state: it returns what is to be sent, and time is an argument (monotonic nanoseconds of the coordinator). A message can
/// be lost with its connection, so <see cref="Unanswered"/> returns what has to be sent again.
/// </summary>
internal sealed class RunCoordination
{
    /// <summary>How long a message waits for its answer before it is sent again.</summary>
    public static readonly TimeSpan ResendInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker may prepare the run without any progress.</summary>
    public static readonly TimeSpan PreparationLimit = TimeSpan.FromSeconds(60);

    /// <summary>Between an answer and the next ping.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private readonly long _run;
    private readonly Worker[] _workers;
    private readonly List<Assignment> _assignments = [];

    public RunCoordination(long run, int workers, long now)
    {
        _run = run;
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new Worker { ProgressAt = now })];
    }

    /// <summary>Null until every worker is ready and its clock is measured.</summary>
    public StartPlan? Plan { get; private set; }

    /// <summary>A worker's clock; null before it was measured.</summary>
    public ClockOffset? OffsetOf(int worker) => _workers[worker].Offset;

    /// <summary>Whether reports of this assignment are this worker's.</summary>
    public bool Owns(int worker, int assignment) => assignment >= 0 && assignment < _assignments.Count && _assignments[assignment].Worker == worker;

    public int OwnerOf(int assignment) => _assignments[assignment].Worker;

    /// <summary>Workers that have not opened the scenario yet: the offer is sent to them again.</summary>
    public IEnumerable<int> NotReady => Enumerable.Range(0, _workers.Length).Where(i => _workers[i].Samples is null);

    /// <summary>Workers with a part that has not ended.</summary>
    public IEnumerable<int> Unfinished => _assignments.Where(a => !a.Finished && !_workers[a.Worker].Lost).Select(a => a.Worker).Distinct();

    /// <summary>The worker asks for content; asking again for the same is no progress.</summary>
    public void Fetches(int worker, string sha256, long offset, long now)
    {
        if (_workers[worker].Fetched != (sha256, offset))
            (_workers[worker].Fetched, _workers[worker].ProgressAt) = ((sha256, offset), now);
    }

    /// <summary>Workers that keep the run from its start: without progress for <see cref="PreparationLimit"/>.</summary>
    public IEnumerable<int> Stalled(long now) => Plan is not null
        ? []
        : Enumerable.Range(0, _workers.Length).Where(i => _workers[i].Offset is null && now - _workers[i].ProgressAt >= PreparationLimit.TotalNanoseconds);

    /// <summary>The worker opened the scenario: its clock is measured, one ping after the other.</summary>
    public IReadOnlyList<RunOrder> Ready(int worker, long now)
    {
        if (_workers[worker].Samples is not null)
            return [];
        (_workers[worker].Samples, _workers[worker].ProgressAt) = ([], now);
        return [NextPing(worker, now)];
    }

    /// <summary>The answer to a ping. The next one follows after <see cref="PauseOf"/>.</summary>
    public IReadOnlyList<RunOrder> Answered(int worker, Pong pong, long now)
    {
        var state = _workers[worker];
        // Every ping waits for the answer to the one before it, so another number is of an earlier measurement.
        if (state.Samples is not { } samples || state.Offset is not null || pong.Sequence != samples.Count || !state.SentAt.Contains(pong.SentAt))
            return [];
        samples.Add(new PingSample(pong.SentAt, pong.WorkerAt, now));
        state.SentAt.Clear();
        state.ProgressAt = now;
        if (samples.Count < ClockOffset.Pings)
            return [];
        state.Offset = ClockOffset.Of(samples);
        return _workers.All(w => w.Offset is not null) ? Start(now) : [];
    }

    /// <summary>
    /// Time until the next ping of a worker; null when none is to follow. Answers of workers at the same distance arrive together,
    /// and the last of them would wait for the others each time: different pauses, by the golden ratio, keep them apart.
    /// </summary>
    public TimeSpan? PauseOf(int worker)
    {
        if (_workers[worker] is not { Samples: { } samples, Offset: null, SentAt.Count: 0 })
            return null;
        var turn = (worker * ClockOffset.Pings + samples.Count) * 0.618034;
        return LongestPause * (turn - Math.Floor(turn));
    }

    /// <summary>The pause before the next ping is over.</summary>
    public IReadOnlyList<RunOrder> PauseEnded(int worker, long now) => PauseOf(worker) is null ? [] : [NextPing(worker, now)];

    /// <summary>Pings and starts whose answer is overdue, to be sent again. A worker accepts each of them any number of times.</summary>
    public IReadOnlyList<RunOrder> Unanswered(long now)
    {
        List<RunOrder> orders = [];
        foreach (var (state, worker) in _workers.Select((w, i) => (w, i)))
        {
            if (state.SentAt.Count > 0 && now - state.SentAt[^1] >= ResendInterval.TotalNanoseconds)
                orders.Add(NextPing(worker, now));
        }

        orders.AddRange(_assignments.Where(a => !a.Reported && !a.Finished && !_workers[a.Worker].Lost).Select(a => new RunOrder(a.Worker, a.Start)));
        return orders;
    }

    /// <summary>The worker has started the part.</summary>
    public void Reported(int assignment) => _assignments[assignment] = _assignments[assignment] with { Reported = true };

    /// <summary>The part is done: nothing of it is left to take over.</summary>
    public void Finished(int assignment) => _assignments[assignment] = _assignments[assignment] with { Finished = true };

    /// <summary>The parts that end unfinished with a worker.</summary>
    public IReadOnlyList<int> Lose(int worker)
    {
        _workers[worker].Lost = true;
        return UnfinishedOf(worker);
    }

    /// <summary>Assignments of a worker that have not ended.</summary>
    public IReadOnlyList<int> UnfinishedOf(int worker) =>
        [.. Enumerable.Range(0, _assignments.Count).Where(i => _assignments[i].Worker == worker && !_assignments[i].Finished)];

    /// <summary>Splits a lost part among the remaining workers, from a moment on at which all of them can have started it.</summary>
    public IReadOnlyList<RunOrder> TakeOver(int lostAssignment, long now)
    {
        var heirs = Enumerable.Range(0, _workers.Length).Where(i => !_workers[i].Lost).ToList();
        if (Plan is not { } plan || heirs.Count == 0)
            return [];
        var lost = _assignments[lostAssignment];
        var delay = StartPlan.Of(now, [.. heirs.Select(i => _workers[i].Offset!)]).At - now;
        var from = TimeSpan.FromTicks(Math.Max(0, now + delay - plan.At) / TimeSpan.NanosecondsPerTick);
        return [.. heirs.Select((worker, j) => Assign(worker, lost.Part.Split(j, heirs.Count), from))];
    }

    private RunOrder NextPing(int worker, long now)
    {
        _workers[worker].SentAt.Add(now);
        return new RunOrder(worker, new Ping(_run, _workers[worker].Samples!.Count, now));
    }

    private List<RunOrder> Start(long now)
    {
        Plan = StartPlan.Of(now, [.. _workers.Select(w => w.Offset!)]);
        return [.. Enumerable.Range(0, _workers.Length).Select(i => Assign(i, new SchedulePartition(i, _workers.Length), TimeSpan.Zero))];
    }

    private RunOrder Assign(int worker, SchedulePartition part, TimeSpan from)
    {
        var start = new RunStart(_run, _assignments.Count, part, Plan!.WorkersAt[worker], from);
        _assignments.Add(new Assignment(worker, part, start, Reported: false, Finished: false));
        return new RunOrder(worker, start);
    }

    private sealed class Worker
    {
        public List<PingSample>? Samples { get; set; }

        /// <summary>When the ping that waits for an answer was sent: more than once where the answer was overdue.</summary>
        public List<long> SentAt { get; } = [];
        public (string Sha256, long Offset)? Fetched { get; set; }
        public long ProgressAt { get; set; }
        public ClockOffset? Offset { get; set; }
        public bool Lost { get; set; }
    }

    private sealed record Assignment(int Worker, SchedulePartition Part, RunStart Start, bool Reported, bool Finished);
}

/// <summary>A message to a worker, by its position in the run.</summary>
internal readonly record struct RunOrder(int Worker, ILoadMessage Message);

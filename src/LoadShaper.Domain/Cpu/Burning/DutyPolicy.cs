using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>One core that we may burn on.</summary>
/// <param name="Id">The kernel's number of the CPU.</param>
/// <param name="RunDelay">Share of the wanted time in which our thread there was kept waiting lately, 0 to 1.</param>
public readonly record struct CoreCondition(int Id, double RunDelay)
{
    // The newest period counts for half: a core that is left alone again is trusted after a few.
    private const double Newest = 0.5;

    /// <summary>Folds in what the thread went through since <paramref name="before"/>.</summary>
    public CoreCondition Apply(CoreBurn before, CoreBurn now)
    {
        if (now.ThreadId != before.ThreadId)
            return this with { RunDelay = 0 };
        var waited = now.Waited - before.Waited;
        var wanted = waited + (now.Ran - before.Ran);
        var share = wanted > TimeSpan.Zero ? Math.Clamp(waited / wanted, 0, 1) : 0;
        return this with { RunDelay = RunDelay + Newest * (share - RunDelay) };
    }
}

/// <summary>What the duty cycles are decided from.</summary>
/// <param name="At">Now; the decision holds from here on.</param>
/// <param name="Sample">The last sample; null before the first.</param>
/// <param name="Cores">The cores that are online and that we may use.</param>
/// <param name="Quota">CPUs that the control group may use at once (cpu.max); null without a limit.</param>
/// <param name="JitterFactor">Factor for the intensity, 1 without jitter.</param>
public sealed record DutyInput(
    DateTimeOffset At,
    Sample? Sample,
    GatePosition Gate,
    double Scale,
    IReadOnlyList<CoreCondition> Cores,
    double? Quota = null,
    double JitterFactor = 1);

/// <summary>How busy to keep each core, and for how long that holds.</summary>
/// <param name="Duties">In the order of the input's cores.</param>
/// <param name="ValidFor">Without a fresh decision a worker goes idle after this.</param>
/// <param name="Aim">What the machine is to come to, own and foreign; null when the CPU is left to others.</param>
/// <param name="Asked">Our own part: what the workers are to use of all CPUs together.</param>
/// <param name="Yields">The gate leaves the CPU, or a part of it, to others.</param>
public sealed record DutyDecision(IReadOnlyList<DutyCycle> Duties, TimeSpan ValidFor, Percent? Aim, Percent Asked, bool Yields);

/// <summary>
/// Fills the machine up to the plan's intensity: what is missing after foreign load, corrected so that the mean of the UTC
/// minute comes out right, spread over the cores.
/// </summary>
public static class DutyPolicy
{
    // The correction may raise the aim by a quarter at most, so that a minute that began badly does not end in a spike.
    private const double MostCorrection = 0.25;

    // A duty held for less than this is not corrected from the little that is left of the minute.
    private static readonly TimeSpan LeastHorizon = TimeSpan.FromSeconds(5);

    // A core where others always come first still gets this share of an even part, so that we notice when they leave.
    private const double LeastWeight = 0.05;

    public static DutyDecision Decide(SamplingSettings settings, DutyState state, CpuPlan plan, DutyInput input)
    {
        var validFor = ValidFor(settings.ControlPeriod);
        if (input.Gate == GatePosition.Closed || input.Scale <= 0 || input.At >= plan.Until
            || plan.Intensity == Percent.Zero || input.Cores.Count == 0
            || input.Sample is not { Cpu: { } cpu } sample || IsStale(settings.ControlPeriod, sample.At, input.At))
            return Idle(input.Cores.Count, validFor, input.Gate == GatePosition.Closed || input.Scale < 1);

        var aim = Percent.Clamp(plan.Intensity.Value * input.JitterFactor);
        var corrected = Math.Clamp(aim.Value + Correction(settings, state, input.At), 0, aim.Value * (1 + MostCorrection));
        var missing = Math.Max(0, corrected - cpu.Foreign.Value) * input.Scale;

        // What the control plane uses is ours too, and already there.
        var own = Math.Max(0, missing - Math.Max(0, cpu.Own.Value - cpu.Burning.Value));
        var usable = CpuReach.Cpus(input.Cores.Count, input.Quota);
        if (IsOutOfReach(plan, state, cpu, 100 * usable / Math.Max(1, sample.CpuCount)))
            return Idle(input.Cores.Count, validFor, yields: false);
        var cpus = Math.Min(own / 100 * sample.CpuCount, usable);

        var duties = Spread(cpus, input.Cores);
        var asked = Percent.Clamp(100 * duties.Sum(duty => duty.Value) / Math.Max(1, sample.CpuCount));
        var left = plan.Until - input.At;
        return new DutyDecision(duties, left < validFor ? left : validFor, input.Scale < 1 ? null : aim, asked, input.Scale < 1);
    }

    /// <summary>How long a worker goes on without word: three control periods, at least 2 s and at most 30 s.</summary>
    public static TimeSpan ValidFor(TimeSpan controlPeriod) =>
        TimeSpan.FromSeconds(Math.Clamp(3 * controlPeriod.TotalSeconds, 2, 30));

    /// <summary>
    /// A sample or a plan that is older than three control periods, at least 2 s, is stale. So is one from as far ahead, which
    /// is from before the clock was set back.
    /// </summary>
    public static bool IsStale(TimeSpan controlPeriod, DateTimeOffset of, DateTimeOffset now) =>
        (now - of).Duration() > TimeSpan.FromSeconds(Math.Max(3 * controlPeriod.TotalSeconds, 2));

    private static DutyDecision Idle(int cores, TimeSpan validFor, bool yields) =>
        new(Enumerable.Repeat(DutyCycle.Idle, cores).ToArray(), validFor, null, Percent.Zero, yields);

    // A minute under the rule's threshold does not count, so full duty on too few CPUs has no effect.
    private static bool IsOutOfReach(CpuPlan plan, DutyState state, CpuReading cpu, double ownShare)
    {
        var foreign = Math.Max(cpu.Foreign.Value, state.Foreign ?? 0);
        return foreign + ownShare < Math.Min(plan.Intensity.Value, IdleRule.Oracle.Threshold);
    }

    // The error so far, spread over what is left of its minute.
    private static double Correction(SamplingSettings settings, DutyState state, DateTimeOffset at)
    {
        if (at < state.Minute.Start || at >= state.Minute.End)
            return 0;
        var horizon = new[] { state.Minute.End - at, settings.ControlPeriod, LeastHorizon }.Max();
        return state.Error / horizon.TotalSeconds;
    }

    // In proportion to how freely each core lets us run; what one cannot take the others do.
    private static DutyCycle[] Spread(double cpus, IReadOnlyList<CoreCondition> cores)
    {
        var weights = cores.Select(core => Math.Clamp(1 - core.RunDelay, LeastWeight, 1)).ToArray();
        var duties = new double[cores.Count];
        for (var left = cpus; left > 1e-9;)
        {
            var room = Enumerable.Range(0, duties.Length).Where(i => duties[i] < 1).ToArray();
            if (room.Length == 0)
                break;
            var weight = room.Sum(i => weights[i]);
            var given = 0.0;
            foreach (var i in room)
            {
                var part = Math.Min(1 - duties[i], left * weights[i] / weight);
                duties[i] += part;
                given += part;
            }

            left -= given;
        }

        return Array.ConvertAll(duties, DutyCycle.Clamp);
    }
}

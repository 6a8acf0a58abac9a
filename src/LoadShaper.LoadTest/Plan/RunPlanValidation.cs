namespace LoadShaper.LoadTest.Plan;

/// <summary>Every problem of a plan, as sentences that name the value and what is expected. The engine executes plans without any.</summary>
public static class RunPlanValidation
{
    private const double MaxRate = 10_000_000;
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<string> Validate(this RunPlan plan)
    {
        var problems = new List<string>();
        Bounds(plan, problems);
        Timeouts("timeouts", plan.Timeouts, problems);
        foreach (var target in plan.Targets)
            Target(target, problems);
        if (plan.Targets.Any(t => t.Protocol.NeedsManagedEngine()) && plan.Targets.FirstOrDefault(t => t.Protocol is TargetProtocol.TcpEcho or TargetProtocol.UdpEcho) is { } echo)
            problems.Add($"{echo.Name}: {echo.Protocol} cannot be combined with https or HTTP/2 in one run");
        foreach (var phase in plan.Phases)
            Phase(phase, problems);
        foreach (var flow in plan.Flows)
            Flow(plan, flow, problems);
        return problems;
    }

    private static void Bounds(RunPlan plan, List<string> problems)
    {
        Check(plan.Targets.Count > 0, "No target; expected at least one");
        Check(plan.Flows.Count > 0, "No steps; expected at least one");
        Check(plan.Phases.Count > 0, "No load; expected at least one phase");
        Check(plan.Connections is >= 1 and <= 65_000, $"connections is {plan.Connections}; expected 1 to 65000");
        Check(plan.MaxSeries is >= 1 and <= 1_000, $"maximum of series is {plan.MaxSeries}; expected 1 to 1000");
        Check(plan.Warmup >= TimeSpan.Zero, $"warm-up is {plan.Warmup}; expected zero or more");
        Check(plan.Batch >= TimeSpan.Zero && plan.Batch <= TimeSpan.FromSeconds(1), $"batch is {plan.Batch}; expected 0 to 1 s");
        Check(plan.LateAfter > TimeSpan.Zero, $"late-after is {plan.LateAfter}; expected more than zero");
        Check(plan.Drain is null || plan.Drain >= TimeSpan.Zero, $"drain is {plan.Drain}; expected zero or more");
        Check(plan.MemoryLimitBytes is null or >= 16 << 20, $"memory limit is {plan.MemoryLimitBytes} bytes; expected at least 16 MiB");
        Check(plan.EngineThreads is null or (>= 1 and <= 256), $"engine threads is {plan.EngineThreads}; expected 1 to 256");
        Check(plan.Partition.Count >= 1 && plan.Partition.Index >= 0 && plan.Partition.Index < plan.Partition.Count,
            $"schedule partition is {plan.Partition.Index} of {plan.Partition.Count}; expected an index from 0 to count - 1");
        foreach (var table in plan.Data.Where(table => table.Share == DataShare.Partition))
            Check(table.Rows >= plan.Partition.Count, $"{table.Name} has {table.Rows} rows for {plan.Partition.Count} workers; expected at least one row a worker with share: partition");
        var percentiles = plan.Percentiles;
        Check(percentiles.Mode != PercentileMode.Windowed || percentiles.Window >= TimeSpan.FromSeconds(1), $"percentile window is {percentiles.Window}; expected at least 1 s");
        Check(percentiles.Mode != PercentileMode.Sampled || percentiles.Rate is > 0 and <= 1, $"percentile sampling rate is {percentiles.Rate}; expected above 0 and at most 1");

        void Check(bool good, string problem)
        {
            if (!good)
                problems.Add(problem);
        }
    }

    private static void Timeouts(string where, RequestTimeouts timeouts, List<string> problems)
    {
        foreach (var (name, value) in new[] { ("connect", timeouts.Connect), ("send", timeouts.Send), ("first byte", timeouts.FirstByte), ("total", timeouts.Total) })
        {
            if (value <= TimeSpan.Zero || value > MaxTimeout)
                problems.Add($"{where}: {name} is {value}; expected more than zero and at most {MaxTimeout}");
        }
    }

    private static void Target(LoadTarget target, List<string> problems)
    {
        if (target.UnixSocketPath is { } path)
        {
            if (target.Protocol is not (TargetProtocol.Http or TargetProtocol.TcpEcho))
                problems.Add($"{target.Name}: {target.Protocol} over a unix socket is not supported; expected Http or TcpEcho");
            if (System.Text.Encoding.UTF8.GetByteCount(path) is 0 or > 107)
                problems.Add($"{target.Name}: unix socket path '{path}' must have 1 to 107 bytes");
            return;
        }

        if (target.Host.Length == 0 && target.Addresses.Count == 0)
            problems.Add($"{target.Name}: no host");
        if (target.Port is < 1 or > 65_535)
            problems.Add($"{target.Name}: port is {target.Port}; expected 1 to 65535");
    }

    private static void Phase(LoadPhase phase, List<string> problems)
    {
        if (phase.Duration <= TimeSpan.Zero)
            problems.Add($"{phase.GetType().Name}: duration is {phase.Duration}; expected more than zero");
        double[] rates = phase switch
        {
            ConstantRate p => [p.Rate],
            RampRate p => [p.From, p.To],
            StepRates p => [.. p.Rates],
            SpikeRate p => [p.Base, p.Peak],
            RampHoldRamp p => [p.Min, p.Max],
            ClosedUsers p => [p.SpawnRate],
            _ => [],
        };
        foreach (var rate in rates)
        {
            if (!(rate >= 0 && rate <= MaxRate))
                problems.Add($"{phase.GetType().Name}: rate is {rate}; expected 0 to {MaxRate:0}");
        }

        switch (phase)
        {
            case StepRates { Rates.Count: 0 }:
                problems.Add("StepRates: no rates; expected at least one");
                break;
            case SpikeRate p when p.At < TimeSpan.Zero || p.For <= TimeSpan.Zero || p.At + p.For > p.Duration:
                problems.Add($"SpikeRate: the spike from {p.At} for {p.For} is not within the phase of {p.Duration}");
                break;
            case ClosedUsers p when p.Users is < 1 or > 1_000_000:
                problems.Add($"ClosedUsers: users is {p.Users}; expected 1 to 1000000");
                break;
            case ClosedUsers p when p.Think.Min < TimeSpan.Zero || p.Think.Max < p.Think.Min:
                problems.Add($"ClosedUsers: think time is {p.Think.Min} to {p.Think.Max}; expected 0 <= minimum <= maximum");
                break;
        }
    }

    private static void Flow(RunPlan plan, Flow flow, List<string> problems)
    {
        if (!(flow.Weight > 0 && double.IsFinite(flow.Weight)))
            problems.Add($"{flow.Name}: weight is {flow.Weight}; expected more than zero");
        if (flow.Steps.Count == 0)
            problems.Add($"{flow.Name}: no steps");
        var known = new HashSet<string>();
        foreach (var step in flow.Steps)
        {
            if (step.Timeouts is { } timeouts)
                Timeouts($"{step.Name}: timeouts", timeouts, problems);
            if (step.Target < 0 || step.Target >= plan.Targets.Count)
            {
                problems.Add($"{step.Name}: target {step.Target} does not exist; there are {plan.Targets.Count}");
                continue;
            }

            var echo = plan.Targets[step.Target].Protocol is TargetProtocol.TcpEcho or TargetProtocol.UdpEcho;
            if (echo != step is EchoStep)
                problems.Add($"{step.Name}: {step.GetType().Name} does not fit the target's protocol {plan.Targets[step.Target].Protocol}");
            if (step is HttpStep http)
                HttpStepValidation.Validate(plan, http, known, problems);
            else if (step is EchoStep { PayloadBytes: < 16 or > 65_000 } e)
                problems.Add($"{step.Name}: payload is {e.PayloadBytes} bytes; expected 16 to 65000");
        }
    }
}

namespace LoadShaper.Domain.Health;

/// <summary>The names of all checks of <see cref="HealthPolicy"/>: each is a series of the metric `loadshaper_problem`.</summary>
public static class HealthChecks
{
    public static readonly IReadOnlyList<string> Names =
    [
        "sampler_silent", "cpu_unreadable", "gate_closed_without_readings", "clock_not_set", "controller_silent",
        "journal_failing", "samples_not_stored", "vm_at_risk", "gate_held_by_one_signal", "oracle_reads_idle", "memory_unreadable", "load_unreadable",
        "memory_not_held", NetworkProblem.NoPeer, NetworkProblem.Unreadable, NetworkProblem.BudgetReached, NetworkProblem.NotReceiving,
        "impossible_counters", "another_keeper", "alerts_failing",
        "impolite", "cpu_limit_below_target",
    ];
}

namespace LoadShaper.Cli.Explain;

/// <summary>Terms that appear in the log, in /health, in `replay` and in the documentation.</summary>
internal static class GlossaryTerms
{
    public static IReadOnlyList<GlossaryTerm> All { get; } =
    [
        Term("SAFE", "Verdict: at least one metric is at or above Oracle's threshold, counting minutes that were not seen as idle. The VM does not look idle."),
        Term("AT RISK", "Verdict: seven days were seen and every metric is under Oracle's threshold. Oracle may reclaim the VM."),
        Term("UNKNOWN", "Verdict: less than seven days were seen, and what was seen is not enough yet. It lasts until the needed minutes were reached, at most seven days after the first start."),
        Term("margin", "Points between the best metric and the threshold. Negative: no metric is above."),
        Term("needed", "Minutes at or above the threshold that the seven-day window still lacks, with unseen minutes counted as idle. While the verdict is UNKNOWN, this many minutes remain until it can become SAFE by CPU."),
        Term("unseen", "Part of the seven-day window for which there is no sample, because LoadShaper did not run."),
        Term("turns", "Time at which the verdict would stop being SAFE if LoadShaper stopped now and the machine became idle."),
        Term("P95", "95th percentile by nearest rank: 95 % of the values are at or below it. Of the 10,080 minutes of seven days, 505 must reach the threshold for a P95 at the threshold."),
        Term("observed P95", "The CPU percentile of the minutes for which there are samples. This is `p95=` in the telemetry line."),
        Term("pessimistic P95", "The CPU percentile with unseen minutes counted as idle. Decisions and the verdict use it."),
        Term("without steal", "CPU use without the time that the hypervisor gave to other VMs. Oracle's agent counts steal as busy; the hypervisor's own metric does not see it."),
        Term("exceedance", "Share of slots of the last 24 hours, in percent, whose mean reached the lower end of the target range (CPU_P95_TARGET_MIN)."),
        Term("exceedance budget", "The share of slots that must be high so that the seven-day percentile reaches the set point."),
        Term("slot", "A UTC-aligned part of time (CPU_P95_SLOT_DURATION_SEC, 60 s by default) with one target intensity."),
        Term("high slot", "A slot at the set point: it counts for the percentile."),
        Term("baseline slot", "A slot at CPU_P95_BASELINE_INTENSITY."),
        Term("catch-up", "High slots in a row, because the window lacks minutes: after a start, an outage, or a time with a closed gate."),
        Term("held", "A slot in which the gate allowed no load."),
        Term("pace", "Share of the minutes to come, in percent, that must be high so that the seven-day count is never too low."),
        Term("block", "A whole UTC hour at the set point (CPU_P95_STRATEGY=blocks)."),
        Term("lever", "The metric that LoadShaper raises: cpu, memory or network."),
        Term("gate", "Decides whether other work leaves room for load: open, held_by_load_average or closed."),
        Term("open", "Gate position: no other work needs the machine."),
        Term("held_by_load_average", "Gate position: only the load average is high, while other CPU use, run-queue delay and memory pressure are low. Only what Oracle's rule needs still runs, at CPU_P95_TARGET_MIN."),
        Term("closed", "Gate position: other work needs the machine. LoadShaper uses no CPU."),
        Term("run_delay", "Gate cause: our own threads had to wait for a CPU, so other work wanted it."),
        Term("foreign_cpu", "Gate cause: CPU use of other processes reached CPU_STOP_PCT."),
        Term("memory_pressure", "Gate cause: tasks waited for memory (PSI, some avg10)."),
        Term("load_average", "Gate cause: the load average per core, without our own part, reached LOAD_THRESHOLD."),
        Term("memory_use", "Gate cause: memory use reached MEM_STOP_PCT."),
        Term("network_use", "Gate cause: network use reached NET_STOP_PCT."),
        Term("missing_reading", "Gate cause: CPU, memory or load average could not be read."),
        Term("taken from others", "Estimated time for which other work waited for a CPU because LoadShaper used it."),
        Term("BUILDING", "Controller state: the P95 is under the target range."),
        Term("MAINTAINING", "Controller state: the P95 is inside the target range."),
        Term("REDUCING", "Controller state: the P95 is above the target range."),
        Term("foreign", "CPU use of all other processes: busy without our own part."),
        Term("steal", "CPU time that the hypervisor gave to other VMs while this VM wanted it."),
        Term("polite", "The kernel prefers other work to LoadShaper on this machine, so far as LoadShaper can see its control groups."),
        Term("holder", "The process that owns the memory which LoadShaper holds (PROTECT_WITH=memory)."),
    ];

    private static GlossaryTerm Term(string name, string meaning) => new(name, GlossaryPlace.Term, "", meaning);
}

using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class CpuMetricRows
{
    public static readonly Metric[] All =
    [
        Metric.CounterBy("loadshaper_cpu_seconds_total", "source", ["own", "foreign", "steal", "idle"], "CPU time of the machine: LoadShaper's own, other processes', taken by the hypervisor, and idle.",
            (m, source) => m.State.Counters?.CpuSeconds[source] ?? 0),
        Metric.Gauge("loadshaper_cpu_busy_ratio", "CPU use of the machine in the last control period, as Oracle counts it.", m => m.State.Sample?.Cpu?.Busy.Value / 100),
        Metric.Gauge("loadshaper_cpu_target_ratio", "What the machine is filled up to, other processes' use included; 0 is idle.", m => m.State.Controller?.Plan.Intensity.Value / 100),
        Metric.Gauge("loadshaper_load_average_per_core", "Load average of one minute per CPU.", m => m.State.Sample?.LoadPerCore),
        Metric.Counter("loadshaper_cpu_taken_from_others_seconds_total", "Estimated time that other processes waited for LoadShaper.", m => m.State.Burn?.Taken.TotalSeconds ?? 0),
        Metric.Counter("loadshaper_cpu_run_delay_seconds_total", "Time that the burning threads were runnable and not running: others were preferred.", m => m.State.Counters?.RunDelay.TotalSeconds ?? 0),
        Metric.Gauge("loadshaper_exceedance_ratio", "Share of high slots in the last 24 hours.", m => m.State.Controller?.Exceedance / 100),
        Metric.State("loadshaper_controller_state", "state", "The seven-day P95 against its band: below (building), inside (maintaining), above (reducing).", m => m.State.Controller?.State),
        Metric.CounterBy("loadshaper_slots_total", "kind", SnakeCase.All<SlotKind>(), "Decisions about slots by kind; a slot that is decided again counts again. Strategy slots.",
            (m, kind) => m.State.ControllerCounts?.Slots[kind] ?? 0),
        Metric.Counter("loadshaper_blocks_total", "Blocks of load that began. Strategy blocks.", m => m.State.ControllerCounts?.Blocks ?? 0),
    ];
}

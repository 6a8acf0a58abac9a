using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Metrics.Rows;

internal static class ProgramRows
{
    public static readonly Metric[] All =
    [
        Metric.Info("loadshaper_build_info", "The versions of LoadShaper and Akka.NET.",
            ("version", m => m.Program.Version), ("akka", m => m.Program.Akka)),
        Metric.Info("loadshaper_vm_info", "The shape of the VM, the variant of the idle rule (e2: CPU and network count; a1: memory too) and CPU_P95_STRATEGY.",
            ("shape", m => m.Program.Shape), ("rule", m => SnakeCase.Of(m.Program.Family)), ("strategy", m => SnakeCase.Of(m.Settings.Cpu.Strategy))),
        Metric.Gauge("process_start_time_seconds", "When the daemon started.", m => m.Program.Started.ToUnixTimeMilliseconds() / 1000.0),
        Metric.Counter("process_cpu_seconds_total", "CPU time of the daemon, the load included.", m => m.Process.Cpu.TotalSeconds),
        Metric.Gauge("process_resident_memory_bytes", "Physical memory of the daemon, without the memory holder's process.", m => m.Process.Resident),
        Metric.Gauge("process_open_fds", "File descriptors that the daemon has open.", m => m.Process.OpenFiles),
        Metric.Gauge("process_max_fds", "How many file descriptors the daemon may have open (soft limit).", m => m.Process.MaxFiles),
        Metric.Gauge("process_threads", "Threads of the daemon, those of the load included.", m => m.Process.Threads),
    ];
}

using LoadShaper.Domain.Cpu;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>CPU_P95_*: how the CPU is loaded.</summary>
internal static class CpuRows
{
    public static readonly Setting[] All =
    [
        Row.Word("CPU_P95_STRATEGY", "cpu.strategy", "slots", [("slots", CpuStrategy.Slots), ("blocks", CpuStrategy.Blocks)],
            (s, v) => s with { Cpu = s.Cpu with { Strategy = v } },
            "How the CPU 95th percentile is kept above 20 %: slots (short high slots over a baseline, as the specification has it) or blocks (whole UTC hours, as few as every reading of the rule needs).",
            "slots use about ten times the CPU of blocks. blocks load the CPU for an hour at a time, and a block that other work displaces must fit into another hour of the day."),
        Row.Percent("CPU_P95_TARGET_MIN", "cpu.p95.target-min", 22, (s, v) => s with { Cpu = s.Cpu with { TargetMin = v } },
            "Lower end of the target band for the 7-day CPU 95th percentile. A slot counts as high from this value on.",
            "Under 20 the VM is idle by Oracle's rule even when the target is met."),
        Row.Percent("CPU_P95_TARGET_MAX", "cpu.p95.target-max", 28, (s, v) => s with { Cpu = s.Cpu with { TargetMax = v } },
            "Upper end of the target band for the 7-day CPU 95th percentile.",
            "A high value uses CPU that the rule does not require."),
        Row.Percent("CPU_P95_SETPOINT", "cpu.p95.set-point", 25, (s, v) => s with { Cpu = s.Cpu with { SetPoint = v } },
            "The 7-day CPU 95th percentile that the controller aims at. It lies inside the target band.",
            "Under 20 the VM is idle by Oracle's rule even when the target is met."),
        Row.Percent("CPU_P95_EXCEEDANCE_TARGET", "cpu.p95.exceedance-target", 6.5, (s, v) => s with { Cpu = s.Cpu with { ExceedanceTarget = v } },
            "Share of slots that are high.",
            "Under 5 the high slots do not reach the 95th percentile; far above 5 they use CPU that the rule does not require."),
        Row.Seconds("CPU_P95_SLOT_DURATION_SEC", "cpu.p95.slot-duration", 60, 10, 3600, (s, v) => s with { Cpu = s.Cpu with { SlotDuration = v } },
            "Length of one slot. Slots are aligned to the UTC clock.",
            "Oracle averages over one minute: slots that are not whole minutes are averaged away. Long slots react late."),
        Row.Percent("CPU_P95_HIGH_INTENSITY", "cpu.p95.high-intensity", 35, (s, v) => s with { Cpu = s.Cpu with { HighIntensity = v } },
            "Upper limit of a high slot, in percent of all CPUs and including other processes. The actual height follows CPU_P95_SETPOINT.",
            "Between CPU_P95_TARGET_MIN and CPU_P95_TARGET_MAX it can hold the high slots under the set point; outside of them it changes nothing."),
        Row.Percent("CPU_P95_BASELINE_INTENSITY", "cpu.p95.baseline-intensity", 20, (s, v) => s with { Cpu = s.Cpu with { BaselineIntensity = v } },
            "CPU use in every other slot, in percent of all CPUs and including other processes.",
            "A lower value saves CPU, but then only the one-minute reading of the rule is passed."),
        Row.Integer("CPU_P95_RESERVE_HOURS", "cpu.p95.reserve-hours", 72, 0, 120, "h", (s, v) => s with { Cpu = s.Cpu with { ReserveHours = v } },
            "With blocks: how long the VM stays safe on the 1-minute, 5-minute and 1-hour readings if LoadShaper stops. Blocks then run at CPU_P95_SETPOINT. 0 is the cheapest schedule, at the lowest level that passes and without a reserve.",
            "A high value uses more CPU: nine hours of load in every 168 minus this many hours. With a low one the VM is idle by Oracle's rule soon after LoadShaper stops."),
        Row.Integer("CPU_P95_RING_BUFFER_BATCH_SIZE", "cpu.p95.ring-buffer-batch-size", 10, 1, 100, "", (s, v) => s with { Cpu = s.Cpu with { SlotsBetweenSnapshots = v } },
            "Slots between two snapshots of the controller.",
            "A small value writes to the disk more often; a large one makes the start after a crash slower. No event is lost either way."),
    ];
}

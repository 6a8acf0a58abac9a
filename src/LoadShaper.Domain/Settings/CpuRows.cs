using LoadShaper.Domain.Cpu;

namespace LoadShaper.Domain.Settings;

/// <summary>CPU_P95_*: how the CPU is loaded.</summary>
internal static class CpuRows
{
    public static readonly Setting[] All =
    [
        Row.Word("CPU_P95_STRATEGY", "cpu.strategy", "slots", [("slots", CpuStrategy.Slots), ("blocks", CpuStrategy.Blocks)],
            (s, v) => s with { Cpu = s.Cpu with { Strategy = v } },
            "How the 95th percentile is held up: slots (an exceedance budget of high slots over a baseline) or blocks (whole UTC hours, as few as every reading of the rule needs).",
            "Both hold the rule; slots cost about ten times the CPU of blocks."),
        Row.Percent("CPU_P95_TARGET_MIN", "cpu.p95.target-min", 22, (s, v) => s with { Cpu = s.Cpu with { TargetMin = v } },
            "Lower end of the band for the 7-day CPU 95th percentile. A slot counts as high from here on.",
            "Under 20 the VM is idle by Oracle's rule although the target is met."),
        Row.Percent("CPU_P95_TARGET_MAX", "cpu.p95.target-max", 28, (s, v) => s with { Cpu = s.Cpu with { TargetMax = v } },
            "Upper end of the band for the 7-day CPU 95th percentile.",
            "Too high burns CPU that no rule asks for; at or below the lower end there is no band to stay in."),
        Row.Percent("CPU_P95_SETPOINT", "cpu.p95.set-point", 25, (s, v) => s with { Cpu = s.Cpu with { SetPoint = v } },
            "The 7-day CPU 95th percentile that is steered for, inside the band.",
            "Under 20 the VM is idle by Oracle's rule although the target is met."),
        Row.Percent("CPU_P95_EXCEEDANCE_TARGET", "cpu.p95.exceedance-target", 6.5, (s, v) => s with { Cpu = s.Cpu with { ExceedanceTarget = v } },
            "Share of slots that are high.",
            "Under 5 the 95th percentile does not see the high slots at all; far above it CPU is burnt for nothing."),
        Row.Seconds("CPU_P95_SLOT_DURATION_SEC", "cpu.p95.slot-duration", 60, 10, 3600, (s, v) => s with { Cpu = s.Cpu with { SlotDuration = v } },
            "Length of one slot. Slots are aligned to the UTC clock.",
            "Slots that are not whole minutes share Oracle's one-minute means and are averaged away; long ones react late."),
        Row.Percent("CPU_P95_HIGH_INTENSITY", "cpu.p95.high-intensity", 35, (s, v) => s with { Cpu = s.Cpu with { HighIntensity = v } },
            "The most that a high slot fills the machine up to, other work's use included; its height follows CPU_P95_SETPOINT.",
            "Under CPU_P95_TARGET_MIN, or above CPU_P95_TARGET_MAX, it changes nothing; between them it may hold the high slots under the set point."),
        Row.Percent("CPU_P95_BASELINE_INTENSITY", "cpu.p95.baseline-intensity", 20, (s, v) => s with { Cpu = s.Cpu with { BaselineIntensity = v } },
            "What the machine is filled up to in every other slot.",
            "Lower saves CPU, but then only the one-minute reading of the rule is passed; at or above the high intensity there are no high slots."),
        Row.Integer("CPU_P95_RING_BUFFER_BATCH_SIZE", "cpu.p95.ring-buffer-batch-size", 10, 1, 100, "", (s, v) => s with { Cpu = s.Cpu with { SlotsBetweenSnapshots = v } },
            "Slots between two snapshots of the controller.",
            "Small writes to the disk more often; large makes the start after a crash slower. Nothing is lost either way."),
    ];
}

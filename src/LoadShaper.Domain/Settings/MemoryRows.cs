namespace LoadShaper.Domain.Settings;

/// <summary>MEM_*: the memory that is occupied.</summary>
internal static class MemoryRows
{
    public static readonly Setting[] All =
    [
        Row.Percent("MEM_TARGET_PCT", "memory.target", 0, (s, v) => s with { Memory = s.Memory with { Target = v } },
            "Share of the machine's memory that is to be in use, other work's included, while PROTECT_WITH asks for memory; 0 switches it off. Counts in the rule on A1 only.",
            "High takes page cache from other work; between 0 and 20 it costs memory and protects nothing."),
        Row.Size("MEM_MIN_FREE_MB", "memory.reserve", 512, 50, 10000, (s, v) => s with { Memory = s.Memory with { Reserve = v } },
            "What always stays available to other work.",
            "Small lets other work run into memory pressure before memory is given back; more than there is keeps the target out of reach."),
        Row.Size("MEM_STEP_MB", "memory.step", 64, 1, 1000, (s, v) => s with { Memory = s.Memory with { Step = v } },
            "How much is taken at a time.",
            "Large is felt when it is taken; small needs long to reach the target."),
        Row.Seconds("MEM_TOUCH_INTERVAL_SEC", "memory.touch-interval", 1, 0.5, 10, (s, v) => s with { Memory = s.Memory with { TouchInterval = v } },
            "How often occupied pages are touched so that they stay resident.",
            "Short costs CPU; long may let the kernel swap pages out."),
        Row.Switch("DEBUG_MEM_METRICS", "memory.show-both-figures", false, (s, v) => s with { Memory = s.Memory with { ShowBothFigures = v } },
            "The telemetry line shows memory use including cache as well.",
            "The line grows longer, no more."),
    ];
}

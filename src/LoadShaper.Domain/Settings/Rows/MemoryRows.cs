namespace LoadShaper.Domain.Settings.Rows;

/// <summary>MEM_*: the memory that is held.</summary>
internal static class MemoryRows
{
    public static readonly Setting[] All =
    [
        Row.Percent("MEM_TARGET_PCT", "memory.target", 0, (s, v) => s with { Memory = s.Memory with { Target = v } },
            "Share of the machine's memory to keep in use, other processes included, while PROTECT_WITH asks for memory. 0 switches it off. Counts in the rule on A1 only.",
            "A high value takes page cache from other processes; between 0 and 20 it uses memory and protects nothing."),
        Row.Size("MEM_MIN_FREE_MB", "memory.reserve", 512, 50, 10000, (s, v) => s with { Memory = s.Memory with { Reserve = v } },
            "Memory that always stays available to other processes.",
            "With a small value other processes see memory pressure before memory is released; a value above the free memory keeps the target out of reach."),
        Row.Size("MEM_STEP_MB", "memory.step", 64, 1, 1000, (s, v) => s with { Memory = s.Memory with { Step = v } },
            "How much memory is taken at a time.",
            "A large step can be noticed by other processes; a small one needs long to reach the target."),
        Row.Seconds("MEM_TOUCH_INTERVAL_SEC", "memory.touch-interval", 1, 0.5, 10, (s, v) => s with { Memory = s.Memory with { TouchInterval = v } },
            "How often held pages are touched so that they stay resident.",
            "A short interval uses CPU; with a long one the kernel may swap pages out."),
        Row.Switch("DEBUG_MEM_METRICS", "memory.show-both-figures", false, (s, v) => s with { Memory = s.Memory with { ShowBothFigures = v } },
            "Whether the telemetry line also shows memory use including cache.",
            "None; the line is longer."),
    ];
}

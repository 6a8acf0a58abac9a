using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Settings;

/// <summary>LOAD_*, *_STOP_PCT, HYSTERESIS_PCT, PROTECT_WITH: when other work wants the machine, and which lever is pulled.</summary>
internal static class GateRows
{
    public static readonly Setting[] All =
    [
        Row.Word("PROTECT_WITH", "protect-with", "cpu", [("cpu", ProtectWith.Cpu), ("memory", ProtectWith.Memory), ("both", ProtectWith.Both)],
            (s, v) => s with { Protect = v },
            "Which metric keeps the VM from looking idle. On A1 the other one helps while this one does not hold; memory works on A1 only, where the rule counts it, and needs MEM_TARGET_PCT above 20.",
            "memory on an E2 shape protects nothing: its rule does not look at memory."),
        Row.Percent("CPU_STOP_PCT", "gate.cpu-stop", 85, (s, v) => s with { Gate = s.Gate with { CpuStop = v } },
            "CPU use by other work at which nothing is burnt. Above CPU_P95_SETPOINT.",
            "Low leaves the VM unprotected while little work runs; high lets load stand beside heavy work."),
        Row.Percent("MEM_STOP_PCT", "gate.memory-stop", 90, (s, v) => s with { Gate = s.Gate with { MemoryStop = v }, Memory = s.Memory with { Stop = v } },
            "Memory use at which all occupied memory is given back. Above MEM_TARGET_PCT.",
            "High risks the kernel's out-of-memory killer; at or under the target memory is taken and given back in turns."),
        Row.Percent("NET_STOP_PCT", "gate.network-stop", 60, (s, v) => s with { Gate = s.Gate with { NetworkStop = v }, Network = s.Network with { Stop = v } },
            "Use of the link at which nothing is sent. Above NET_TARGET_PCT.",
            "High competes with real traffic; at or under the target traffic starts and stops in turns."),
        Row.Number("HYSTERESIS_PCT", "gate.hysteresis", 5, 0, 100, "points", (s, v) => s with { Gate = s.Gate with { HysteresisPoints = v }, Memory = s.Memory with { HysteresisPoints = v } },
            "Percentage points under a stop threshold, or off the memory target, before load resumes.",
            "0 lets load switch on and off at every sample; large delays its return, and from a stop threshold on there is none."),
        Row.Switch("LOAD_CHECK_ENABLED", "gate.load-check", true, (s, v) => s with { Gate = s.Gate with { LoadCheck = v } },
            "Whether the load average closes the gate.",
            "Off, only the quicker signals (run-queue delay, foreign CPU, memory pressure, stop thresholds) make room for other work."),
        Row.Number("LOAD_THRESHOLD", "gate.load-threshold", 0.6, 0.01, 100, "per core", (s, v) => s with { Gate = s.Gate with { LoadThreshold = v } },
            "1-minute load average per core, without LoadShaper's own part, at which the gate closes.",
            "Low closes the gate on a quiet machine; high keeps load beside work that queues for the CPU."),
        Row.Number("LOAD_RESUME_THRESHOLD", "gate.load-resume-threshold", 0.4, 0, 100, "per core", (s, v) => s with { Gate = s.Gate with { LoadResume = v } },
            "Load average per core under which the gate opens again. Below LOAD_THRESHOLD.",
            "Close to LOAD_THRESHOLD the gate flaps; very low it stays closed, at 0 for ever."),
    ];
}

using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>LOAD_*, *_STOP_PCT, HYSTERESIS_PCT, PROTECT_WITH: when load yields to other processes, and which metric protects the VM.</summary>
internal static class GateRows
{
    public static readonly Setting[] All =
    [
        Row.Word("PROTECT_WITH", "protect-with", "cpu", [("cpu", ProtectWith.Cpu), ("memory", ProtectWith.Memory), ("both", ProtectWith.Both)],
            (s, v) => s with { Protect = v },
            "Which metric keeps the VM from being idle. On A1 the other metric takes over while this one is below its target. memory works on A1 only, where the rule counts it, and needs MEM_TARGET_PCT above 20.",
            "memory on an E2 shape protects nothing: the rule does not count memory there."),
        Row.Percent("CPU_STOP_PCT", "gate.cpu-stop", 85, (s, v) => s with { Gate = s.Gate with { CpuStop = v } },
            "CPU use of other processes at which the CPU load stops. Must be above CPU_P95_SETPOINT.",
            "A low value leaves the VM unprotected while little other work runs; a high one keeps load beside heavy work."),
        Row.Percent("MEM_STOP_PCT", "gate.memory-stop", 90, (s, v) => s with { Gate = s.Gate with { MemoryStop = v }, Memory = s.Memory with { Stop = v } },
            "Memory use at which all held memory is released. Must be above MEM_TARGET_PCT.",
            "A high value risks the out-of-memory killer."),
        Row.Percent("NET_STOP_PCT", "gate.network-stop", 60, (s, v) => s with { Gate = s.Gate with { NetworkStop = v }, Network = s.Network with { Stop = v } },
            "Use of the link at which no traffic is sent. Must be above NET_TARGET_PCT.",
            "A high value competes with other traffic."),
        Row.Number("HYSTERESIS_PCT", "gate.hysteresis", 5, 0, 100, "points", (s, v) => s with { Gate = s.Gate with { HysteresisPoints = v }, Memory = s.Memory with { HysteresisPoints = v } },
            "Percentage points below a stop threshold, or off the memory target, before load resumes.",
            "0 lets load switch on and off at every sample. A large value delays the load; at or above a stop threshold it never resumes."),
        Row.Switch("LOAD_CHECK_ENABLED", "gate.load-check", true, (s, v) => s with { Gate = s.Gate with { LoadCheck = v } },
            "Whether the load average closes the gate.",
            "false leaves only the faster signals: run-queue delay, CPU use of other processes, memory pressure and the stop thresholds."),
        Row.Number("LOAD_THRESHOLD", "gate.load-threshold", 0.6, 0.01, 100, "per core", (s, v) => s with { Gate = s.Gate with { LoadThreshold = v } },
            "1-minute load average per core, without LoadShaper's own part, at which the gate closes.",
            "A low value closes the gate on a quiet machine; a high one keeps load beside work that queues for the CPU."),
        Row.Number("LOAD_RESUME_THRESHOLD", "gate.load-resume-threshold", 0.4, 0, 100, "per core", (s, v) => s with { Gate = s.Gate with { LoadResume = v } },
            "Load average per core below which the gate opens again. Must be below LOAD_THRESHOLD.",
            "Close to LOAD_THRESHOLD the gate switches often; at 0 it never opens again."),
    ];
}

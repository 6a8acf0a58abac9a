using System.Net;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Secrets;
using LoadShaper.Domain.Settings.Rows;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Settings;

/// <summary>Relations between settings: those that must hold, and those that are allowed but cause a warning.</summary>
internal static class SettingsRelations
{
    /// <summary>A relation with a refused setting is not checked: that setting has a problem of its own.</summary>
    public static (IReadOnlyList<SettingProblem> Problems, IReadOnlyList<SettingProblem> Warnings) Validate(
        LoadShaperSettings settings, SettingsContext context, IReadOnlyList<SettingValue> values, IReadOnlySet<string> refused)
    {
        var found = new Findings(values, refused);
        Orders(settings, found);
        Rule(settings, context, found);
        CpuWarnings(settings, found);
        GateWarnings(settings, found);
        MachineWarnings(settings, context, found);
        AlertWarnings(settings, found);
        return (found.Problems, found.Warnings);
    }

    private static void Orders(LoadShaperSettings s, Findings found)
    {
        found.Below("CPU_P95_TARGET_MIN", s.Cpu.TargetMin.Value, "CPU_P95_TARGET_MAX", s.Cpu.TargetMax.Value);
        found.Below("CPU_P95_BASELINE_INTENSITY", s.Cpu.BaselineIntensity.Value, "CPU_P95_HIGH_INTENSITY", s.Cpu.HighIntensity.Value);
        found.Below("CPU_P95_SETPOINT", s.Cpu.SetPoint.Value, "CPU_STOP_PCT", s.Gate.CpuStop.Value);
        if (s.Memory.Target > Percent.Zero)
            found.Below("MEM_TARGET_PCT", s.Memory.Target.Value, "MEM_STOP_PCT", s.Gate.MemoryStop.Value);
        if (s.Network.Target > Percent.Zero)
            found.Below("NET_TARGET_PCT", s.Network.Target.Value, "NET_STOP_PCT", s.Gate.NetworkStop.Value);
        found.Below("LOAD_RESUME_THRESHOLD", s.Gate.LoadResume, "LOAD_THRESHOLD", s.Gate.LoadThreshold);
        found.AtMost("NET_MIN_RATE_MBIT", s.Network.MinRate.Mbit, "NET_MAX_RATE_MBIT", s.Network.MaxRate.Mbit);

        var fallback = s.Network.Fallback;
        found.Below("NET_FALLBACK_START_PCT", fallback.Start.Value, "NET_FALLBACK_STOP_PCT", fallback.Stop.Value);
        found.Within("NET_FALLBACK_RISK_THRESHOLD_PCT", fallback.Risk.Value, "NET_FALLBACK_START_PCT", fallback.Start.Value, "NET_FALLBACK_STOP_PCT", fallback.Stop.Value);
        found.Within("CPU_P95_SETPOINT", s.Cpu.SetPoint.Value, "CPU_P95_TARGET_MIN", s.Cpu.TargetMin.Value, "CPU_P95_TARGET_MAX", s.Cpu.TargetMax.Value);
    }

    private static void Rule(LoadShaperSettings s, SettingsContext context, Findings found)
    {
        var counted = context.Family == ShapeFamily.A1 ? "CPU, memory and network" : "CPU and network (memory does not count on E2)";
        found.Expect(RuleTargets.AimedAbove(s, context.Family).Count > 0,
            $"leaves {counted} at targets of 20 % or less: Oracle would call this VM idle",
            "set at least one target above 20: CPU_P95_SETPOINT=25 is the usual one; NET_TARGET_PCT counts only with NET_PEERS",
            "CPU_P95_SETPOINT", "MEM_TARGET_PCT", "NET_TARGET_PCT", "NET_PEERS", "NET_MODE", "NET_ACTIVATION");

        var byMemory = s.Protect != ProtectWith.Cpu;
        if (s.Protect == ProtectWith.Memory && context.Family != ShapeFamily.A1)
            found.Expect(false,
                $"protects nothing here: the rule counts memory on A1 shapes only, and this machine {(context.Shape is { } shape ? $"is {shape}" : "was not recognised as A1")}",
                "if it is an A1 VM, set LOADSHAPER_SHAPE=a1-flex-1 or a1-flex-2; if not, set PROTECT_WITH=cpu", "PROTECT_WITH");
        else if (s.Protect == ProtectWith.Memory)
            found.Expect(s.Memory.Target > RuleTargets.Threshold,
                $"makes memory the protection, but MEM_TARGET_PCT is {Row.Invariant(s.Memory.Target.Value)} %, not above 20 %",
                "set MEM_TARGET_PCT=25, or PROTECT_WITH=cpu", "PROTECT_WITH", "MEM_TARGET_PCT");
        else if (byMemory)
            found.Advise(context.Family == ShapeFamily.A1 && s.Memory.Target > RuleTargets.Threshold,
                "has no effect: memory protects on A1 shapes only, and with MEM_TARGET_PCT above 20",
                "set PROTECT_WITH=cpu", "PROTECT_WITH");
    }

    private static void CpuWarnings(LoadShaperSettings s, Findings found)
    {
        foreach (var (name, value) in new[] { ("CPU_P95_TARGET_MIN", s.Cpu.TargetMin), ("CPU_P95_SETPOINT", s.Cpu.SetPoint) })
            found.Advise(value >= RuleTargets.Threshold, "is under 20 %, where Oracle calls a VM idle", $"set {name} to 22 or more", name);
        var exceedance = s.Cpu.ExceedanceTarget.Value;
        found.Advise(exceedance <= 15, "uses CPU that the rule does not require", "6.5 is enough; 5 is the mathematical floor", "CPU_P95_EXCEEDANCE_TARGET");
        found.Advise(exceedance >= 2, "is far below the 5 % that the 95th percentile needs", "set CPU_P95_EXCEEDANCE_TARGET=6.5", "CPU_P95_EXCEEDANCE_TARGET");
        found.Advise(s.Cpu.HighIntensity >= s.Cpu.LeastHigh,
            $"leaves CPU_P95_HIGH_INTENSITY without effect: a high slot reaches at least {Row.Invariant(s.Cpu.LeastHigh.Value)} %, because less does not count",
            "set CPU_P95_HIGH_INTENSITY above CPU_P95_TARGET_MIN", "CPU_P95_HIGH_INTENSITY", "CPU_P95_TARGET_MIN");
        var tried = s.Cpu.SlotDuration.TotalSeconds is >= 30 and <= 600;
        found.Advise(tried, "is outside 30 – 600 s, the range in which the control law was tested",
            "set CPU_P95_SLOT_DURATION_SEC=60", "CPU_P95_SLOT_DURATION_SEC");
        // A divisor of a minute divides an hour too.
        found.Advise(!tried || TimeSpan.TicksPerHour % s.Cpu.SlotDuration.Ticks == 0,
            "does not divide a minute or an hour: its slots begin at other minutes in each hour",
            "set CPU_P95_SLOT_DURATION_SEC=60", "CPU_P95_SLOT_DURATION_SEC");
        var (slot, period, window) = (s.Cpu.SlotDuration, s.Sampling.ControlPeriod, s.Sampling.AverageWindow);
        found.Advise(slot >= 6 * period,
            $"makes a slot of {Row.Invariant(slot.TotalSeconds)} s shorter than 6 control periods of {Row.Invariant(period.TotalSeconds)} s",
            "lengthen CPU_P95_SLOT_DURATION_SEC or shorten CONTROL_PERIOD_SEC", "CPU_P95_SLOT_DURATION_SEC", "CONTROL_PERIOD_SEC");
        found.Advise(window >= 10 * period,
            $"makes an average over {Row.Invariant(window.TotalSeconds)} s shorter than 10 control periods of {Row.Invariant(period.TotalSeconds)} s",
            "lengthen AVG_WINDOW_SEC or shorten CONTROL_PERIOD_SEC", "AVG_WINDOW_SEC", "CONTROL_PERIOD_SEC");
        found.Advise(s.Sampling.JitterPercent == 0 || s.Sampling.JitterPeriod < TimeSpan.FromMinutes(1),
            "leaves no jitter, because its mean over every UTC minute is zero", "set JITTER_PERIOD_SEC under 60, or JITTER_PCT=0", "JITTER_PERIOD_SEC");
    }

    // Such a gate, once closed, stays closed, and the VM is left unprotected.
    private static void GateWarnings(LoadShaperSettings s, Findings found)
    {
        var (name, stop) = new[] { ("CPU_STOP_PCT", s.Gate.CpuStop), ("MEM_STOP_PCT", s.Gate.MemoryStop), ("NET_STOP_PCT", s.Gate.NetworkStop) }.MinBy(pair => pair.Item2);
        found.Advise(s.Gate.HysteresisPoints < stop.Value,
            $"lets the gate never open again once {name} {Row.Invariant(stop.Value)} has closed it", $"set HYSTERESIS_PCT well below {name}; 5 is the usual one", "HYSTERESIS_PCT", name);
        found.Advise(!s.Gate.LoadCheck || s.Gate.LoadResume > 0,
            "lets the gate never open again once the load average has closed it", "set LOAD_RESUME_THRESHOLD above 0; 0.4 is the usual one", "LOAD_RESUME_THRESHOLD");
    }

    private static void MachineWarnings(LoadShaperSettings s, SettingsContext context, Findings found)
    {
        found.Advise(context.Family == ShapeFamily.A1 || s.Protect != ProtectWith.Cpu || s.Memory.Target == Percent.Zero,
            "has no effect here: the rule counts memory on A1 shapes only", "set MEM_TARGET_PCT=0, or PROTECT_WITH=both to hold memory regardless; on an A1 VM set LOADSHAPER_SHAPE", "MEM_TARGET_PCT");
        found.Advise(s.JournalRetention >= TimeSpan.FromDays(7), "deletes events that still count in the rule's seven days", "set JOURNAL_RETENTION_DAYS to 7 or more", "JOURNAL_RETENTION_DAYS");
        if (context.Memory is { } memory && s.Memory.Target > Percent.Zero)
            found.Advise(s.Memory.Reserve.Bytes <= memory.Bytes / 2,
                $"keeps more than half of this machine's {Row.Invariant(Math.Round(memory.MiB))} MiB free: MEM_TARGET_PCT may be out of reach",
                "set MEM_MIN_FREE_MB to a tenth of the memory", "MEM_MIN_FREE_MB");
        var twice = s.Network.Peers.GroupBy(p => (p.Host.ToLowerInvariant(), p.Port ?? s.Network.Port)).FirstOrDefault(same => same.Count() > 1)?.First();
        found.Advise(twice is null, $"names {twice} more than once, so it receives more than the others", "name each peer of NET_PEERS once", "NET_PEERS");
        if (!FallbackPolicy.MaySend(s.Network))
            return;
        var external = s.Network.Peers.FirstOrDefault(p => AddressOf(p) is { } ip && !PeerPolicy.IsPrivate(ip));
        found.Advise(s.Network.Ttl > 1 || external is null, $"does not pass the first router, but {external} is not in this network",
            "set NET_TTL=64 for external peers", "NET_TTL", "NET_PEERS");
        var refused = s.Network.Peers.FirstOrDefault(p => AddressOf(p) is { } ip && PeerPolicy.IsPrivate(ip));
        found.Advise(s.Network.Key is not null || external is null, $"is not set, so {external} gets no traffic: without a key only private addresses are trusted",
            "set NET_KEY to the same secret on both machines", "NET_KEY", "NET_PEERS");
        found.Advise(!s.Network.RequireExternalPeers || refused is null, $"refuses the private address {refused}",
            "set NET_REQUIRE_EXTERNAL=false, or name external peers only", "NET_REQUIRE_EXTERNAL", "NET_PEERS");
    }

    private static void AlertWarnings(LoadShaperSettings s, Findings found)
    {
        var exposed = s.Alerts.Channels.FirstOrDefault(channel => HttpUrl.IsExposed(channel.Url.Reveal()));
        found.Advise(exposed is null, $"sends the secret of entry {exposed?.Number} over the network without TLS", "use https: webhook+https, ntfy or apprise+https", "ALERT_URLS");
        found.Advise(s.Alerts.Deadman is not { } deadman || !HttpUrl.IsExposed(deadman.Url.Reveal()), "sends its secret over the network without TLS", "use https", "DEADMAN_URL");
        var twice = s.Alerts.Channels.GroupBy(channel => channel.Url).FirstOrDefault(same => same.Count() > 1)?.Last();
        found.Advise(twice is null, $"names the receiver of entry {twice?.Number} twice, so it is notified twice", "name each receiver once", "ALERT_URLS");
        var open = s.Fleet.Peers.FirstOrDefault(peer => HttpUrl.IsExposed(peer.Url.Reveal()));
        found.Advise(open is null, $"reads {open?.Name} over a public network without TLS", "use its private address, or a VPN between tenancies", "FLEET_PEERS");
    }

    private static IPAddress? AddressOf(NetworkPeer peer) => IPAddress.TryParse(peer.Host, out var address) ? address : null;
}

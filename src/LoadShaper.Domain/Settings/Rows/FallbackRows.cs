using LoadShaper.Domain.Network;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>NET_ACTIVATION and NET_FALLBACK_*: when traffic is used as the last resort.</summary>
internal static class FallbackRows
{
    public static readonly Setting[] All =
    [
        Row.Word("NET_ACTIVATION", "network.fallback.activation", "adaptive",
            [("adaptive", NetworkActivation.Adaptive), ("always", NetworkActivation.Always), ("off", NetworkActivation.Off)],
            (s, v) => Fallback(s, f => f with { Activation = v }),
            "When traffic is sent: adaptive (only while every other metric is at risk), always (while the gate is open) or off (never).",
            "always causes terabytes of traffic; off removes the last resort."),
        Row.Percent("NET_FALLBACK_START_PCT", "network.fallback.start", 19, (s, v) => Fallback(s, f => f with { Start = v }),
            "Use of the link below which the network counts as at risk.",
            "A high value sends traffic early; a value far below 20 sends it too late."),
        Row.Percent("NET_FALLBACK_STOP_PCT", "network.fallback.stop", 23, (s, v) => Fallback(s, f => f with { Stop = v }),
            "Use of the link above which the network counts as safe again.",
            "Close to the start value the fallback switches often; below 20 it stops before the rule is met."),
        Row.Percent("NET_FALLBACK_RISK_THRESHOLD_PCT", "network.fallback.risk-threshold", 22, (s, v) => Fallback(s, f => f with { Risk = v }),
            "CPU 95th percentile, and on A1 memory use, below which that metric counts as at risk.",
            "A high value sends traffic although the CPU protects the VM; below 20 it is sent too late."),
        Row.Seconds("NET_FALLBACK_DEBOUNCE_SEC", "network.fallback.debounce", 30, 0, 86400, (s, v) => Fallback(s, f => f with { Debounce = v }),
            "How long the risk must last before traffic starts, and the safety before it ends.",
            "0 reacts to every fluctuation; a long time reacts late."),
        Row.Seconds("NET_FALLBACK_MIN_ON_SEC", "network.fallback.min-on", 60, 0, 86400, (s, v) => Fallback(s, f => f with { MinOn = v }),
            "Once active, stay active at least this long, unless the gate closes.",
            "With a value below the ramp the full rate is never reached."),
        Row.Seconds("NET_FALLBACK_MIN_OFF_SEC", "network.fallback.min-off", 30, 0, 86400, (s, v) => Fallback(s, f => f with { MinOff = v }),
            "Once inactive, stay inactive at least this long.",
            "0 lets it switch often; a long time leaves the network idle."),
        Row.Seconds("NET_FALLBACK_RAMP_SEC", "network.fallback.ramp", 10, 0, 86400, (s, v) => Fallback(s, f => f with { Ramp = v }),
            "The time in which the rate rises to its full value. A lower rate takes effect at once.",
            "0 fills the link within one second."),
    ];

    private static LoadShaperSettings Fallback(LoadShaperSettings s, Func<FallbackSettings, FallbackSettings> change) =>
        s with { Network = s.Network with { Fallback = change(s.Network.Fallback) } };
}

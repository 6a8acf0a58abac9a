using LoadShaper.Domain.Network;

namespace LoadShaper.Domain.Settings;

/// <summary>NET_ACTIVATION and NET_FALLBACK_*: when traffic is the last lever.</summary>
internal static class FallbackRows
{
    public static readonly Setting[] All =
    [
        Row.Word("NET_ACTIVATION", "network.fallback.activation", "adaptive",
            [("adaptive", NetworkActivation.Adaptive), ("always", NetworkActivation.Always), ("off", NetworkActivation.Off)],
            (s, v) => Fallback(s, f => f with { Activation = v }),
            "adaptive sends only when every other metric is about to be too low, always whenever the gate is open, off never.",
            "always runs up terabytes; off takes away the last lever."),
        Row.Percent("NET_FALLBACK_START_PCT", "network.fallback.start", 19, (s, v) => Fallback(s, f => f with { Start = v }),
            "Use of the link under which the network counts as at risk.",
            "High sends traffic early; far under 20 sends it too late."),
        Row.Percent("NET_FALLBACK_STOP_PCT", "network.fallback.stop", 23, (s, v) => Fallback(s, f => f with { Stop = v }),
            "Use of the link over which it is safe again.",
            "Close to the start the fallback flaps; under 20 it stops before the rule is met."),
        Row.Percent("NET_FALLBACK_RISK_THRESHOLD_PCT", "network.fallback.risk-threshold", 22, (s, v) => Fallback(s, f => f with { Risk = v }),
            "CPU 95th percentile, and on A1 memory, under this are at risk.",
            "High sends traffic although the CPU protects the VM; under 20 it is sent too late."),
        Row.Seconds("NET_FALLBACK_DEBOUNCE_SEC", "network.fallback.debounce", 30, 0, 86400, (s, v) => Fallback(s, f => f with { Debounce = v }),
            "How long the risk must last before traffic starts, and the safety before it ends.",
            "0 reacts to every flicker; long reacts late."),
        Row.Seconds("NET_FALLBACK_MIN_ON_SEC", "network.fallback.min-on", 60, 0, 86400, (s, v) => Fallback(s, f => f with { MinOn = v }),
            "Once active, stay active at least this long, unless the gate closes.",
            "Shorter than the ramp, full rate is never reached."),
        Row.Seconds("NET_FALLBACK_MIN_OFF_SEC", "network.fallback.min-off", 30, 0, 86400, (s, v) => Fallback(s, f => f with { MinOff = v }),
            "Once inactive, stay inactive at least this long.",
            "0 lets it flap; long leaves the network idle."),
        Row.Seconds("NET_FALLBACK_RAMP_SEC", "network.fallback.ramp", 10, 0, 86400, (s, v) => Fallback(s, f => f with { Ramp = v }),
            "The time over which the rate climbs to its full height. Less traffic is at once.",
            "0 fills the link from one second to the next."),
    ];

    private static LoadShaperSettings Fallback(LoadShaperSettings s, Func<FallbackSettings, FallbackSettings> change) =>
        s with { Network = s.Network with { Fallback = change(s.Network.Fallback) } };
}

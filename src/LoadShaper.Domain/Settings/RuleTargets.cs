using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Settings;

/// <summary>Which of the rule's metrics the settings aim above its threshold. One is enough; none means reclaimed.</summary>
public static class RuleTargets
{
    /// <summary>Oracle calls a VM idle when every metric stays under this.</summary>
    public static readonly Percent Threshold = Percent.Of(IdleRule.Oracle.Threshold);

    /// <returns>"CPU", "memory" (A1 only), "network" (only with peers to send to); empty when nothing protects the VM.</returns>
    public static IReadOnlyList<string> AimedAbove(LoadShaperSettings settings, ShapeFamily family)
    {
        var aimed = new List<string>();
        if (settings.Cpu.SetPoint > Threshold)
            aimed.Add("CPU");
        if (family == ShapeFamily.A1 && settings.Memory.Target > Threshold)
            aimed.Add("memory");
        if (settings.Network.Target > Threshold && FallbackPolicy.MaySend(settings.Network))
            aimed.Add("network");
        return aimed;
    }
}

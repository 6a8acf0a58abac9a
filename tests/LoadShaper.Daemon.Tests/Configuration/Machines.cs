using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Machines that tests run on without having them.</summary>
internal static class Machines
{
    public static readonly Shape Generic = ShapePolicy.Decide(new MachineFacts("x86_64", 2, ByteSize.FromMiB(8000), null));

    public static readonly Shape Micro = ShapePolicy.Decide(new MachineFacts("x86_64", 2, ByteSize.FromMiB(956), "DMI chassis tag"));

    public static readonly Shape A1 = ShapePolicy.Decide(new MachineFacts("aarch64", 2, ByteSize.FromMiB(11800), "DMI chassis tag"));

    public static Shape GenericArm { get; } = ShapePolicy.Decide(new MachineFacts("aarch64", 4, ByteSize.FromMiB(8000), null));

    public static Dictionary<string, string> Env(params string[] settings) =>
        settings.Select(s => s.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
}

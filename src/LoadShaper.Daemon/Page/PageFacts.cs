using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Page;

/// <summary>What the live page shows and what does not change while the daemon runs.</summary>
/// <param name="Host">Name of this VM.</param>
/// <param name="Started">Start of the daemon.</param>
internal sealed record PageFacts(string Host, Shape Shape, LoadShaperSettings Settings, DateTimeOffset Started)
{
    public IdleRule Rule => Settings.Cpu.Rule;
}

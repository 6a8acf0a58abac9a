using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Platform;

/// <summary>The machine as the settings see it.</summary>
/// <param name="Name">Oracle's name where it is known, else what was seen.</param>
/// <param name="Family">Which variant of the idle rule applies.</param>
/// <param name="IsOracle">Whether this is Oracle's cloud.</param>
/// <param name="Source">Where the name comes from.</param>
/// <param name="Cpus">CPUs online.</param>
/// <param name="Memory">MemTotal; zero when not readable.</param>
/// <param name="Template">The file in the template directory that fits; null for the defaults.</param>
/// <param name="Scaled">Settings computed from the figures of this machine; they win over the template's.</param>
/// <param name="Warnings">What the user should know of this shape.</param>
public sealed record Shape(
    string Name,
    ShapeFamily Family,
    bool IsOracle,
    string Source,
    int Cpus,
    ByteSize Memory,
    string? Template,
    IReadOnlyDictionary<string, string> Scaled,
    IReadOnlyList<string> Warnings);

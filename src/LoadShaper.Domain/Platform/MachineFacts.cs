using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Platform;

/// <summary>Facts that identify a machine, as far as they could be read.</summary>
/// <param name="Architecture">"x86_64" or "aarch64", as uname says; anything else is treated as x86-64.</param>
/// <param name="Cpus">CPUs online on the machine, not those that a container may use.</param>
/// <param name="Memory">MemTotal: what the kernel left of the shape's memory; zero when not readable.</param>
/// <param name="OracleSign">Where it was seen that this is Oracle's cloud; null when nowhere.</param>
public sealed record MachineFacts(string Architecture, int Cpus, ByteSize Memory, string? OracleSign)
{
    public bool IsArm64 => Architecture is "aarch64" or "arm64";
}

/// <summary>What Oracle's instance metadata service says; exact where the machine itself can only be guessed at.</summary>
/// <param name="Shape">For instance VM.Standard.A1.Flex.</param>
public sealed record InstanceMetadata(string Shape, double? Ocpus = null, double? MemoryInGBs = null, double? BandwidthInGbps = null);

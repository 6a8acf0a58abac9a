using System.Globalization;

namespace LoadShaper.Domain.Platform;

/// <summary>Decides the shape: as stated, else from the metadata service, else from DMI, CPU count and memory.</summary>
public static class ShapePolicy
{
    public const string E21Micro = "VM.Standard.E2.1.Micro";
    public const string E22Micro = "VM.Standard.E2.2.Micro";
    public const string A1Flex = "VM.Standard.A1.Flex";

    /// <summary><see cref="Shape.Source"/> of a shape that the metadata service named.</summary>
    public const string MetadataSource = "instance metadata";

    private static readonly Dictionary<string, string> Nothing = [];

    public static Shape Decide(MachineFacts machine, InstanceMetadata? metadata = null) =>
        metadata is not null ? FromMetadata(machine, metadata)
        : machine.OracleSign is null ? Generic(machine)
        : machine.IsArm64 ? A1(machine, new A1Size(machine.Cpus, A1Size.NominalGBs(machine.Memory)), machine.OracleSign)
        : OracleX86(machine, machine.OracleSign);

    /// <summary>The shape that LOADSHAPER_SHAPE states. It is taken as stated; a machine that contradicts it causes a warning.</summary>
    public static Shape Stated(MachineFacts machine, NamedShape stated)
    {
        const string source = "LOADSHAPER_SHAPE";
        var shape = stated.Family == ShapeFamily.A1
            ? A1(machine, new A1Size(stated.Cpus, 6 * stated.Cpus), source) with { Template = stated.Template, Scaled = Nothing }
            : Known(machine, stated.OracleName, source, stated.Template);
        return shape with { Warnings = [.. shape.Warnings, .. Contradictions(machine, stated)] };
    }

    private static IEnumerable<string> Contradictions(MachineFacts machine, NamedShape stated)
    {
        if (machine.IsArm64 != (stated.Family == ShapeFamily.A1))
            yield return $"LOADSHAPER_SHAPE={stated.Name} is {(stated.Family == ShapeFamily.A1 ? "an arm64" : "an x86-64")} shape, but this machine is {machine.Architecture}; check LOADSHAPER_SHAPE.";
        else if (machine.Cpus != stated.Cpus && !(stated.Family == ShapeFamily.E2 && machine.Cpus == 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"LOADSHAPER_SHAPE={stated.Name} has {stated.Cpus} CPUs, but this machine has {machine.Cpus}; check LOADSHAPER_SHAPE.");
    }

    private static Shape FromMetadata(MachineFacts machine, InstanceMetadata metadata)
    {
        const string source = MetadataSource;
        return metadata.Shape switch
        {
            // Oracle's bandwidth of a Micro is that within the region, 480 Mbit; the template's is that towards the internet,
            // the less of the two.
            E21Micro => Known(machine, E21Micro, source, "e2-1-micro.env"),
            E22Micro => Known(machine, E22Micro, source, "e2-2-micro.env"),
            A1Flex => A1(machine, new A1Size(
                metadata.Ocpus ?? machine.Cpus,
                metadata.MemoryInGBs ?? A1Size.NominalGBs(machine.Memory),
                metadata.BandwidthInGbps), source),
            _ => new Shape(metadata.Shape, ByArchitecture(machine), true, source, machine.Cpus, machine.Memory, null,
                metadata.BandwidthInGbps is { } gbps ? A1Size.LinkSettings(gbps * 1000) : Nothing,
                [$"{metadata.Shape} is not an Always Free shape: it is paid, and the idle rule does not apply to it."]),
        };
    }

    private static Shape A1(MachineFacts machine, A1Size size, string source)
    {
        // Outside the Always Free allowance the VM is billed or, on a free account, terminated; never reclaimed as idle.
        string[] warnings = size.Ocpus > 2 || size.MemoryInGBs > 12
            ? [string.Create(CultureInfo.InvariantCulture, $"A1 with {size.Ocpus:0.##} OCPU and {size.MemoryInGBs:0.##} GB is more than Always Free includes since June 2026 (2 OCPU, 12 GB): it is billed on a paid account and may be terminated on a free one.")]
            : [];
        return new Shape(A1Flex, ShapeFamily.A1, true, source, machine.Cpus, machine.Memory, size.Template, size.ScaledSettings(), warnings);
    }

    private static Shape OracleX86(MachineFacts machine, string source)
    {
        // The kernel keeps some of the memory for itself, with a crash kernel up to a third of it on the smallest shape.
        var gib = machine.Memory.MiB / 1024;
        return machine.Cpus switch
        {
            1 or 2 when gib is >= 0.6 and <= 1.2 => Known(machine, E21Micro, source, "e2-1-micro.env"),
            2 when gib is >= 1.6 and <= 2.2 => Known(machine, E22Micro, source, "e2-2-micro.env"),
            _ when gib > 4 => new Shape(Described("Oracle-Unknown", machine), ShapeFamily.E2, true, source, machine.Cpus, machine.Memory, "a1-flex-1.env", Nothing,
                ["An x86-64 VM of more than 4 GB is not an Always Free shape: the idle rule does not apply to it. If it is one, set LOADSHAPER_SHAPE, or ORACLE_METADATA_PROBE=1 to ask Oracle."]),
            _ => Known(machine, Described("Oracle-Unknown-E2", machine), source, "e2-1-micro.env"),
        };
    }

    private static Shape Generic(MachineFacts machine) =>
        new(Described("Generic", machine), ByArchitecture(machine), false, "no sign of Oracle's cloud", machine.Cpus, machine.Memory, null, Nothing, []);

    private static Shape Known(MachineFacts machine, string name, string source, string template) =>
        new(name, ShapeFamily.E2, true, source, machine.Cpus, machine.Memory, template, Nothing, []);

    private static ShapeFamily ByArchitecture(MachineFacts machine) => machine.IsArm64 ? ShapeFamily.A1 : ShapeFamily.E2;

    private static string Described(string kind, MachineFacts machine) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{machine.Cpus}CPU-{machine.Memory.MiB / 1024:0.0}GB");
}

using LoadShaper.Domain.Platform;
using LoadShaper.Simulation;

namespace LoadShaper.Cli.Simulate;

/// <summary>A shape as `simulate` and the templates name it.</summary>
/// <param name="Template">Its file in config-templates/; null for the built-in defaults.</param>
internal sealed record SimulatedShape(string Name, ShapeFamily Family, int CpuCount, string? Template)
{
    // The real E2.1.Micro shows two CPUs.
    private static readonly SimulatedShape Default = new("default", ShapeFamily.E2, 2, null);

    public static string Names => string.Join(", ", NamedShape.All.Select(shape => shape.Name));

    /// <param name="name">--shape, else LOADSHAPER_SHAPE.</param>
    /// <param name="template">--template; its shape applies where no shape is named.</param>
    /// <exception cref="PatternException">There is no such shape.</exception>
    public static SimulatedShape Find(string? name, string? template = null) => name is null
        ? OfName(Path.GetFileNameWithoutExtension(template)) ?? Default
        : OfName(name) ?? throw new PatternException($"--shape {name} is not a shape: write one of {Names}");

    /// <summary>LOADSHAPER_SHAPE of the environment, used without --shape and --template; null when it is not set.</summary>
    public static string? Stated(string? shape, string? template) =>
        shape ?? (template is null && Environment.GetEnvironmentVariable("LOADSHAPER_SHAPE")?.Trim() is { Length: > 0 } stated ? stated : null);

    /// <summary>What the simulation leaves out of this shape; null when nothing.</summary>
    public string? NotModelled => Family == ShapeFamily.E2 && this != Default
        ? "the CPU credit of the shape (E2.1.Micro: 1/8 OCPU as baseline); above the baseline the hypervisor may take CPU time as steal, which Oracle's console counts as use"
        : null;

    private static SimulatedShape? OfName(string? name) =>
        name is not null && NamedShape.Find(name) is { } shape ? new SimulatedShape(shape.Name, shape.Family, shape.Cpus, shape.Template) : null;
}

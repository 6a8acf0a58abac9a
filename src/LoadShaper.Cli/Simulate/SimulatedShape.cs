using LoadShaper.Domain.Platform;
using LoadShaper.Simulation;

namespace LoadShaper.Cli.Simulate;

/// <summary>A shape as `simulate` and the templates name it.</summary>
/// <param name="Template">Its file in config-templates/; null for the built-in defaults.</param>
internal sealed record SimulatedShape(string Name, ShapeFamily Family, int CpuCount, string? Template)
{
    // The real E2.1.Micro shows two CPUs.
    private static readonly SimulatedShape Default = new("default", ShapeFamily.E2, 2, null);

    private static readonly SimulatedShape[] Known =
    [
        E2("e2-1-micro", 2), E2("e2-2-micro", 2),
        A1("a1-flex-1", 1), A1("a1-flex-2", 2), A1("a1-flex-3", 3), A1("a1-flex-4", 4),
        E2("e2-1-micro-jumbo", 2), E2("e2-2-micro-jumbo", 2), A1("a1-flex-1-jumbo", 1), A1("a1-flex-4-jumbo", 4),
    ];

    public static string Names => string.Join(", ", Known.Select(shape => shape.Name));

    /// <param name="name">--shape.</param>
    /// <param name="template">--template; a shape's own tells the shape where none is named.</param>
    /// <exception cref="PatternException">There is no such shape.</exception>
    public static SimulatedShape Find(string? name, string? template = null) => name is null
        ? OfName(Path.GetFileNameWithoutExtension(template)) ?? Default
        : OfName(name) ?? throw new PatternException($"--shape {name} is not a shape: write one of {Names}");

    private static SimulatedShape? OfName(string? name) => Known.FirstOrDefault(shape => Same(shape.Name, name)) ?? name switch
    {
        _ when Same(ShapePolicy.E21Micro, name) => OfName("e2-1-micro"),
        _ when Same(ShapePolicy.E22Micro, name) => OfName("e2-2-micro"),
        // As large as Always Free has it.
        _ when Same(ShapePolicy.A1Flex, name) => OfName("a1-flex-2"),
        _ => null,
    };

    /// <summary>What the simulation leaves out of this shape; null when nothing.</summary>
    public string? NotModelled => Family == ShapeFamily.E2 && this != Default
        ? "the CPU credit of the shape (E2.1.Micro: 1/8 OCPU as baseline); above the baseline the hypervisor may take CPU time as steal, which Oracle's console counts as use"
        : null;

    private static bool Same(string a, string? b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static SimulatedShape E2(string name, int cpus) => new(name, ShapeFamily.E2, cpus, name + ".env");

    private static SimulatedShape A1(string name, int cpus) => new(name, ShapeFamily.A1, cpus, name + ".env");
}

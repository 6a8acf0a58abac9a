using LoadShaper.Domain.Platform;
using LoadShaper.Simulation;

namespace LoadShaper.Daemon.Cli;

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
    ];

    public static string Names => string.Join(", ", Known.Select(shape => shape.Name));

    /// <exception cref="PatternException">There is no such shape.</exception>
    public static SimulatedShape Find(string? name) => name is null
        ? Default
        : Known.FirstOrDefault(shape => shape.Name == name)
            ?? throw new PatternException($"--shape {name} is no shape: write one of {Names}");

    private static SimulatedShape E2(string name, int cpus) => new(name, ShapeFamily.E2, cpus, name + ".env");

    private static SimulatedShape A1(string name, int cpus) => new(name, ShapeFamily.A1, cpus, name + ".env");
}

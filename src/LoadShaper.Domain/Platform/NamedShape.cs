namespace LoadShaper.Domain.Platform;

/// <summary>A shape that a user can name: LOADSHAPER_SHAPE, `simulate --shape`, the templates.</summary>
/// <param name="Name">As the template is named, for instance a1-flex-2.</param>
/// <param name="Family">Which metrics the idle rule counts.</param>
/// <param name="Cpus">CPUs that the kernel shows on this shape.</param>
/// <param name="OracleName">Oracle's name of the shape.</param>
public sealed record NamedShape(string Name, ShapeFamily Family, int Cpus, string OracleName)
{
    /// <summary>Every name there is. The real E2.1.Micro shows two CPUs.</summary>
    public static IReadOnlyList<NamedShape> All { get; } =
    [
        E2("e2-1-micro", ShapePolicy.E21Micro), E2("e2-2-micro", ShapePolicy.E22Micro),
        A1("a1-flex-1", 1), A1("a1-flex-2", 2), A1("a1-flex-3", 3), A1("a1-flex-4", 4),
        E2("e2-1-micro-jumbo", ShapePolicy.E21Micro), E2("e2-2-micro-jumbo", ShapePolicy.E22Micro),
        A1("a1-flex-1-jumbo", 1), A1("a1-flex-4-jumbo", 4),
    ];

    /// <summary>The file in the template directory.</summary>
    public string Template => Name + ".env";

    /// <summary>
    /// Finds a shape by its own name or by Oracle's, in upper or lower case. Oracle's name of the A1 shape has no size:
    /// it means the largest one that is Always Free.
    /// </summary>
    /// <returns>Null when there is no such shape.</returns>
    public static NamedShape? Find(string name) =>
        All.FirstOrDefault(shape => Same(shape.Name, name))
        ?? (Same(ShapePolicy.A1Flex, name) ? All.First(shape => shape.Name == "a1-flex-2") : All.FirstOrDefault(shape => Same(shape.OracleName, name)));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static NamedShape E2(string name, string oracleName) => new(name, ShapeFamily.E2, 2, oracleName);

    private static NamedShape A1(string name, int cpus) => new(name, ShapeFamily.A1, cpus, ShapePolicy.A1Flex);
}

using System.Text.Json;

namespace LoadShaper.Domain.Units;

/// <summary>The name of an enumeration's value in snake case, as JSON and metric labels have it.</summary>
public static class SnakeCase
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Every value of the enumeration, in its order.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];
}

using System.Text.RegularExpressions;

namespace Akka.Util;

/// <summary>Types by the names that stand in settings and in the journal.</summary>
internal static partial class TypeNames
{
    /// <summary>Name and assembly, without the version: a newer build still finds it.</summary>
    public static string TypeQualifiedName(this Type type) => Version().Replace(type.AssemblyQualifiedName!, "");

    /// <summary>The type, or null. Akka's packages are one assembly here, so for its own types the assembly is not asked.</summary>
    public static Type? Find(string name) =>
        Type.GetType(name)
        ?? (name.StartsWith("Akka.", StringComparison.Ordinal) ? typeof(TypeNames).Assembly.GetType(name.Split(',')[0].Trim()) : null);

    [GeneratedRegex(", Version=[^,\\]]+, Culture=[^,\\]]+, PublicKeyToken=[^,\\]]+")]
    private static partial Regex Version();
}

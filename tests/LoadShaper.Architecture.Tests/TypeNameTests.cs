using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>A type name has one meaning: a reader who searches for it finds one type.</summary>
public sealed class TypeNameTests
{
    [Fact]
    public void A_type_name_is_used_once_in_the_solution()
    {
        var types = Repository.Projects
            .Where(project => project.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(project => Assembly.Load(AssemblyOf(Repository.NameOf(project))).GetTypes())
            .Where(type => !type.IsNested && !type.Name.Contains('<') && type.Name != "Program"
                && type.Namespace?.StartsWith("LoadShaper", StringComparison.Ordinal) == true
                && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
            .ToList();

        Assert.True(types.Count > 400, $"{types.Count} types found");
        // One full name in two assemblies is one source file that both compile.
        Offenders.None(types.DistinctBy(type => type.FullName).GroupBy(type => type.Name).Where(same => same.Count() > 1).Select(same => string.Join(", ", same.Select(type => type.FullName))));
    }

    private static string AssemblyOf(string project) => project == "LoadShaper.Cli" ? "loadshaper" : project;
}

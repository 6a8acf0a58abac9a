using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>Domain ← {Journal, Simulation} ← Replay, {Domain, Journal} ← Daemon, and Cli references all. Only the Daemon names Akka.</summary>
public sealed class ImportRuleTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["LoadShaper.Domain"] = [],
        ["LoadShaper.Journal"] = ["LoadShaper.Domain"],
        ["LoadShaper.Simulation"] = ["LoadShaper.Domain"],
        ["LoadShaper.Replay"] = ["LoadShaper.Domain", "LoadShaper.Journal", "LoadShaper.Simulation"],
        ["LoadShaper.Daemon"] = ["LoadShaper.Domain", "LoadShaper.Journal"],
        ["LoadShaper.LoadTest"] = [],
        ["LoadShaper.LoadTest.Cluster"] = ["LoadShaper.LoadTest"],
        ["LoadShaper.Cli"] =
        [
            "LoadShaper.Domain", "LoadShaper.Journal", "LoadShaper.Simulation", "LoadShaper.Replay", "LoadShaper.Daemon",
            "LoadShaper.LoadTest", "LoadShaper.LoadTest.Cluster",
        ],
    };

    private static readonly string[] WithAkka = ["LoadShaper.Daemon", "LoadShaper.LoadTest.Cluster"];

    public static TheoryData<string> SourceProjects => [.. Repository.Projects.Where(IsSource)];

    public static TheoryData<string> CompiledAssemblies => [.. Repository.Projects.Where(IsSource).Select(Repository.NameOf)];

    [Theory, MemberData(nameof(SourceProjects))]
    public void A_project_references_only_what_the_import_rule_allows(string project)
    {
        var references = Items(project, "ProjectReference").Select(Repository.NameOf);

        Offenders.None(references.Except(Allowed[Repository.NameOf(project)]));
    }

    [Theory, MemberData(nameof(CompiledAssemblies))]
    public void A_compiled_assembly_uses_only_what_the_import_rule_allows(string assembly)
    {
        Offenders.None(UsedBy(assembly).Where(name => name.StartsWith("LoadShaper", StringComparison.Ordinal)).Except(Allowed[assembly]));
    }

    [Fact]
    public void Only_the_daemon_and_the_cluster_of_the_load_tester_reference_Akka()
    {
        var users = Repository.Projects.Where(IsSource)
            .Where(project => Items(project, "PackageReference").Any(IsAkka))
            .Select(Repository.NameOf);

        Offenders.None(users.Except(WithAkka));
    }

    [Theory, MemberData(nameof(CompiledAssemblies))]
    public void A_compiled_assembly_uses_Akka_only_where_the_import_rule_allows_it(string assembly)
    {
        if (!WithAkka.Contains(assembly))
            Assert.DoesNotContain(UsedBy(assembly), IsAkka);
    }

    [Fact]
    public void No_source_project_references_a_test_package()
    {
        var users = Repository.Projects.Where(IsSource)
            .Where(p => Items(p, "PackageReference").Any(r =>
                r.StartsWith("xunit", StringComparison.OrdinalIgnoreCase) || r.Contains("TestKit", StringComparison.Ordinal)));

        Offenders.None(users);
    }

    [Fact]
    public void The_domain_has_no_package_but_the_analyzer_of_banned_symbols()
    {
        Assert.Equal(["Microsoft.CodeAnalysis.BannedApiAnalyzers"], Items("src/LoadShaper.Domain/LoadShaper.Domain.csproj", "PackageReference"));
        Offenders.None(Items("src/LoadShaper.Domain/LoadShaper.Domain.csproj", "FrameworkReference"));
    }

    [Fact]
    public void The_domain_is_compiled_against_its_banned_symbols_and_nothing_suppresses_them()
    {
        Assert.Contains("BannedSymbols.txt", Items("src/LoadShaper.Domain/LoadShaper.Domain.csproj", "AdditionalFiles"));
        Assert.Contains("P:System.DateTimeOffset.UtcNow", Repository.Read("src/LoadShaper.Domain/BannedSymbols.txt"));

        var silencers = Repository.Files
            .Where(f => f.StartsWith("src/LoadShaper.Domain/", StringComparison.Ordinal) || !f.Contains('/'))
            .Where(f => Repository.Read(f).Contains("RS0030", StringComparison.Ordinal));
        Offenders.None(silencers);
    }

    private static bool IsSource(string project) => project.StartsWith("src/", StringComparison.Ordinal);

    private static bool IsAkka(string name) => name == "Akka" || name.StartsWith("Akka.", StringComparison.Ordinal);

    private static List<string> Items(string project, string kind) =>
        [.. Repository.ReadXml(project).Descendants(kind).Select(item => ((string?)item.Attribute("Include") ?? "").Replace('\\', '/'))];

    private static List<string> UsedBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, (assembly == "LoadShaper.Cli" ? "loadshaper" : assembly) + ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>Domain ← {Journal, Simulation} ← Replay ← Daemon, and only the Daemon knows Akka.</summary>
public sealed class ImportRuleTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["LoadShaper.Domain"] = [],
        ["LoadShaper.Journal"] = ["LoadShaper.Domain"],
        ["LoadShaper.Simulation"] = ["LoadShaper.Domain"],
        ["LoadShaper.Replay"] = ["LoadShaper.Domain", "LoadShaper.Journal", "LoadShaper.Simulation"],
        ["LoadShaper.Daemon"] = ["LoadShaper.Domain", "LoadShaper.Journal", "LoadShaper.Simulation", "LoadShaper.Replay"],
        ["Akka"] = [],
        ["Akka.TestKit"] = ["Akka"],
    };

    private static readonly string[] WithoutAkka = ["LoadShaper.Domain", "LoadShaper.Journal", "LoadShaper.Simulation", "LoadShaper.Replay"];

    public static TheoryData<string> SourceProjects => [.. Repository.Projects.Where(p => p.StartsWith("src/", StringComparison.Ordinal))];

    public static TheoryData<string> CompiledAssemblies => [.. WithoutAkka, "loadshaper"];

    [Theory, MemberData(nameof(SourceProjects))]
    public void A_project_references_only_what_the_import_rule_allows(string project)
    {
        var references = Items(project, "ProjectReference").Select(Repository.NameOf);

        Offenders.None(references.Except(Allowed[Repository.NameOf(project)]));
    }

    [Theory, MemberData(nameof(CompiledAssemblies))]
    public void A_compiled_assembly_uses_only_what_the_import_rule_allows(string assembly)
    {
        var allowed = Allowed[assembly == "loadshaper" ? "LoadShaper.Daemon" : assembly];

        Offenders.None(UsedBy(assembly).Where(name => name.StartsWith("LoadShaper", StringComparison.Ordinal)).Except(allowed));
    }

    [Fact]
    public void Of_the_sources_only_the_daemon_asks_for_Akka()
    {
        var users = Repository.Projects
            .Where(p => p.StartsWith("src/", StringComparison.Ordinal) && !p.StartsWith("src/stand-ins/", StringComparison.Ordinal))
            .Where(p => Repository.Read(p).Contains("Akka", StringComparison.Ordinal));

        Assert.Equal(["src/LoadShaper.Daemon/LoadShaper.Daemon.csproj"], users);
    }

    [Fact]
    public void Of_the_compiled_assemblies_only_the_daemon_uses_Akka()
    {
        Assert.All(WithoutAkka, assembly => Assert.DoesNotContain(UsedBy(assembly), IsAkka));
    }

    [Fact]
    public void No_project_names_the_stand_in_instead_of_saying_UsesAkka()
    {
        var users = Repository.Projects
            .Where(p => !p.StartsWith("src/stand-ins/", StringComparison.Ordinal))
            .Where(p => Items(p, "ProjectReference").Any(r => r.Contains("stand-ins/", StringComparison.Ordinal))
                     || Items(p, "PackageReference").Any(IsAkka));

        Offenders.None(users);
    }

    [Fact]
    public void Nothing_in_src_references_xunit_but_the_TestKit()
    {
        var users = Repository.Projects
            .Where(p => p.StartsWith("src/", StringComparison.Ordinal))
            .Where(p => Items(p, "PackageReference").Any(r => r.StartsWith("xunit", StringComparison.OrdinalIgnoreCase)));

        Assert.Equal(["src/stand-ins/Akka.TestKit/Akka.TestKit.csproj"], users);
    }

    [Fact]
    public void The_domain_has_no_package_but_the_analyzer_of_banned_symbols()
    {
        Assert.Equal(["Microsoft.CodeAnalysis.BannedApiAnalyzers"], Items("src/LoadShaper.Domain/LoadShaper.Domain.csproj", "PackageReference"));
        Offenders.None(Items("src/LoadShaper.Domain/LoadShaper.Domain.csproj", "FrameworkReference"));
    }

    [Fact]
    public void The_domain_is_compiled_against_its_banned_symbols_and_nobody_silences_them()
    {
        Assert.Contains("BannedSymbols.txt", Items("src/LoadShaper.Domain/LoadShaper.Domain.csproj", "AdditionalFiles"));
        Assert.Contains("P:System.DateTimeOffset.UtcNow", Repository.Read("src/LoadShaper.Domain/BannedSymbols.txt"));

        var silencers = Repository.Files
            .Where(f => f.StartsWith("src/LoadShaper.Domain/", StringComparison.Ordinal) || !f.Contains('/'))
            .Where(f => Repository.Read(f).Contains("RS0030", StringComparison.Ordinal));
        Offenders.None(silencers);
    }

    private static bool IsAkka(string name) => name == "Akka" || name.StartsWith("Akka.", StringComparison.Ordinal);

    private static List<string> Items(string project, string kind) =>
        [.. Repository.ReadXml(project).Descendants(kind).Select(item => ((string?)item.Attribute("Include") ?? "").Replace('\\', '/'))];

    private static List<string> UsedBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}

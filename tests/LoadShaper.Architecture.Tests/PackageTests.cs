using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>Versions are exact, stand in one file, and each says why the package is there.</summary>
public sealed partial class PackageTests
{
    private static readonly XElement Versions = Repository.ReadXml("Directory.Packages.props");

    [Fact]
    public void Versions_are_in_Directory_Packages_props_alone()
    {
        var elsewhere = Repository.Files
            .Where(f => f.EndsWith("proj", StringComparison.Ordinal) || f.EndsWith(".props", StringComparison.Ordinal) || f.EndsWith(".targets", StringComparison.Ordinal))
            .SelectMany(f => Repository.ReadXml(f).Descendants("PackageReference"))
            .Where(p => p.Attributes().Select(a => a.Name).Concat(p.Elements().Select(e => e.Name)).Any(n => n.LocalName.StartsWith("Version", StringComparison.Ordinal)));

        Offenders.None(elsewhere.Select(p => p.ToString()));
    }

    [Fact]
    public void A_version_is_exact()
    {
        var properties = Versions.Descendants("PropertyGroup").Elements().ToLookup(p => $"$({p.Name})", p => p.Value);

        Assert.All(Versions.Descendants("PackageVersion").SelectMany(p => Resolve((string)p.Attribute("Version")!)), version => Assert.Matches(ExactVersion(), version));

        IEnumerable<string> Resolve(string version) => properties.Contains(version) ? properties[version].SelectMany(Resolve) : [version];
    }

    [Fact]
    public void A_package_says_why_it_is_there()
    {
        var explained = Versions.Descendants("PackageVersion").ToLookup(p => (string)p.Attribute("Include")!, HasComment);

        Offenders.None(explained.Where(id => !id.Contains(true)).Select(id => id.Key));
    }

    [Fact]
    public void A_package_that_is_referenced_has_a_version()
    {
        var versions = Versions.Descendants("PackageVersion").Select(p => (string)p.Attribute("Include")!).ToHashSet();

        var referenced = Repository.Projects
            .SelectMany(f => Repository.ReadXml(f).Descendants("PackageReference"))
            .Select(p => (string)p.Attribute("Include")!);

        Offenders.None(referenced.Except(versions));
    }

    private static bool HasComment(XElement package)
    {
        var before = package.NodesBeforeSelf().Reverse().SkipWhile(node => node is XText).FirstOrDefault();
        return before is XComment;
    }

    [GeneratedRegex(@"^\d+(\.\d+){1,3}(-[\w.]+)?$")]
    private static partial Regex ExactVersion();
}

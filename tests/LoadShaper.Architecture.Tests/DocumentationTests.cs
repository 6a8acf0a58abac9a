using System.Text.RegularExpressions;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>Links, test names and sources of figures in the Markdown pages.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] PagesWithFigures =
        [.. Pages.Where(page => page is "README.md" or "docs/measurements.md" or "docs/how-it-works.md" or "docs/operations.md" or "docs/replay.md" or "docs/faq.md")];

    private static IEnumerable<string> Pages => Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void Every_relative_link_leads_to_a_file_and_a_heading()
    {
        var links =
            from page in Pages
            from Match link in Link().Matches(Code().Replace(Repository.Read(page), ""))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            select (Page: page, Target: target);

        Assert.NotEmpty(links);
        Offenders.None(links.Where(link => !Resolves(link.Page, link.Target)).Select(link => $"{link.Page}: {link.Target}"));
    }

    [Theory]
    [InlineData("docs/faq.md", "../SECURITY.md", true)]
    [InlineData("docs/faq.md", "operations.md#cpu-priority", true)]
    [InlineData("docs/faq.md", "operations.md#cpu-priorities", false)]
    [InlineData("docs/load-testing.md", "#is-it-slower-baseline-and-compare", true)]
    [InlineData("README.md", "docs/none.md", false)]
    public void A_link_is_resolved_from_its_page(string page, string target, bool resolves) => Assert.Equal(resolves, Resolves(page, target));

    [Fact]
    public void Every_test_that_a_page_names_exists()
    {
        var tests = Repository.Code("tests").ToLookup(file => Path.GetFileNameWithoutExtension(file), Repository.Read);
        var named =
            from page in Pages.Where(page => page.StartsWith("docs/", StringComparison.Ordinal))
            from Match test in TestName().Matches(Repository.Read(page))
            select (Page: page, Class: test.Groups[1].Value, Method: test.Groups[2].Value, IsPart: test.Groups[3].Length > 0);

        Assert.NotEmpty(named);
        Offenders.None(
            from test in named
            let method = new Regex($@"\b{test.Method}{(test.IsPart ? @"\w*" : "")}\(")
            where !tests[test.Class].Any(code => test.Method == "" || method.IsMatch(code))
            select $"{test.Page}: {test.Class}.{test.Method}");
    }

    [Fact]
    public void Every_table_of_figures_names_the_command_that_produces_them()
    {
        var without =
            from page in PagesWithFigures
            from section in Heading().Split(Repository.Read(page))
            where HasFigures(section) && !CommandName().IsMatch(section)
            select $"{page}: {section.TrimStart().Split('\n')[0]}";

        Offenders.None(without);
    }

    [Theory]
    [InlineData("| a | b |\n| --- | --- |\n| idle | 18.4 % |\n| memory | 74 MB |\n", true)]
    [InlineData("| setting | default |\n| --- | --- |\n| PROTECT_WITH | cpu |\n| HEALTH_PORT | 8080 |\n", false)]
    public void A_table_of_figures_has_measured_units(string section, bool has) => Assert.Equal(has, HasFigures(section));

    private static bool HasFigures(string section) => Row().Matches(section).Count(row => Figure().IsMatch(row.Value)) >= 2;

    private static bool Resolves(string page, string target)
    {
        var (path, anchor) = target.Split('#') is [var file, var heading] ? (file, heading) : (target, "");
        var full = path == "" ? Path.Combine(Repository.Root, page) : Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, path));
        if (anchor == "")
            return File.Exists(full) || Directory.Exists(full);
        return File.Exists(full) && HeadingLine().Matches(File.ReadAllText(full)).Any(line => Slug(line.Groups[1].Value) == anchor);
    }

    // GitHub's rule: lower case, blanks to hyphens, letters, digits, hyphens and underscores are kept.
    private static string Slug(string heading) => Dropped().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`(?!\])", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\b(\w+Tests)\.(\w+)(…)?")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(?=#{1,3} )", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^#{1,6} +(.+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingLine();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Dropped();

    [GeneratedRegex(@"^\|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\|[^|]*\d (%|s|ms|µs|MB|MiB|GB|KB)[ ,;*|]")]
    private static partial Regex Figure();

    [GeneratedRegex(@"bench/\w+|loadshaper (simulate|replay|load|run|doctor)|dotnet run|\.ci/|\bHEALTH_MAX_\w+")]
    private static partial Regex CommandName();
}

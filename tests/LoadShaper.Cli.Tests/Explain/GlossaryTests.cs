using System.Text.Json;
using LoadShaper.Cli.Explain;
using LoadShaper.Daemon.Health;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Cli.Tests.Explain;

public sealed class GlossaryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_field_of_health_and_metrics_is_explained()
    {
        var state = new HealthState();
        var settings = new LoadShaperSettings();
        var health = HealthPage.Write(state, settings, HealthPolicy.Decide(state, settings.Sampling.ControlPeriod, TimeSpan.Zero), Noon, TimeSpan.Zero);

        Assert.Empty(Unexplained(health, GlossaryPlace.Health));
        Assert.Empty(Unexplained(MetricsPage.Write(state, settings, Noon), GlossaryPlace.Metrics));
    }

    [Theory]
    [InlineData("needed")]
    [InlineData("at risk")]
    [InlineData("AT_RISK")]
    [InlineData("minutes_needed")]
    [InlineData("held_by_load_average")]
    [InlineData("UNKNOWN")]
    public void A_word_is_found_in_any_case_and_with_any_separators(string word) => Assert.NotEmpty(Glossary.Find(word));

    [Fact]
    public void An_unknown_word_is_a_usage_error_that_names_it()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = ExplainCommand.Create().Parse(["nosuchword"]).Invoke(new() { Output = output, Error = error });

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("unknown word 'nosuchword'", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void No_word_is_defined_twice()
    {
        Assert.Empty(Glossary.All.GroupBy(term => (term.Name, term.Place)).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void The_page_in_docs_is_current()
    {
        Assert.Equal(Glossary.Markdown(), File.ReadAllText(Path.Combine(RepositoryFolder.Path, "docs", "glossary.md")));
    }

    private static List<string> Unexplained(byte[] page, GlossaryPlace place)
    {
        var known = Glossary.All
            .Where(term => term.Place == place || term.Place == GlossaryPlace.HealthAndMetrics)
            .Select(term => term.Name).ToHashSet(StringComparer.Ordinal);
        using var json = JsonDocument.Parse(page);
        return [.. Paths(json.RootElement, "").Where(path => !IsKnown(path))];

        bool IsKnown(string path) =>
            known.Contains(path) || (path.LastIndexOf('.') is var dot and > 0 && IsKnown(path[..dot]));
    }

    private static IEnumerable<string> Paths(JsonElement element, string prefix) =>
        element.EnumerateObject().SelectMany(property => property.Value.ValueKind == JsonValueKind.Object && property.Value.EnumerateObject().Any()
            ? Paths(property.Value, $"{prefix}{property.Name}.")
            : [$"{prefix}{property.Name}"]);
}

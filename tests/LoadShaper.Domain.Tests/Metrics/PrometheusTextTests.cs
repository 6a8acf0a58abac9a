using System.Text;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using Xunit;
using static LoadShaper.Domain.Tests.Metrics.Scrape;

namespace LoadShaper.Domain.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void A_row_is_help_type_and_series()
    {
        Metric[] rows =
        [
            Metric.Counter("a_total", "Events.", _ => 3),
            Metric.GaugeBy("b", "kind", ["x", "y"], "Kinds.", (_, kind) => kind == "x" ? 0.5 : null),
        ];

        Assert.Equal("# HELP a_total Events.\n# TYPE a_total counter\na_total 3\n# HELP b Kinds.\n# TYPE b gauge\nb{kind=\"x\"} 0.5\nb{kind=\"y\"} NaN\n", Written(rows));
    }

    [Fact]
    public void Special_characters_are_escaped()
    {
        Metric[] rows = [Metric.Info("a", "One \\ two\nthree.", ("text", _ => "say \"hi\"\\\n"))];

        Assert.Equal("# HELP a One \\\\ two\\nthree.\n# TYPE a gauge\na{text=\"say \\\"hi\\\"\\\\\\n\"} 1\n", Written(rows));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(1764374400.125, "1764374400.125")]
    [InlineData(1e21, "1E+21")]
    [InlineData(-0.25, "-0.25")]
    public void Numbers_are_in_the_form_of_the_format(double value, string expected)
    {
        Assert.EndsWith($"\na {expected}\n", Written([Metric.Gauge("a", "A.", _ => value)]), StringComparison.Ordinal);
    }

    private static string Written(IReadOnlyList<Metric> rows) => Encoding.UTF8.GetString(PrometheusText.Write(rows, Input(new HealthState())));
}

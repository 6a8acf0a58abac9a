using System.CommandLine;
using System.Text.RegularExpressions;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using Xunit;

namespace LoadShaper.Cli.Tests;

public sealed partial class MetricsCommandTests
{
    [Fact]
    public void The_page_of_the_metrics_is_the_one_that_is_generated_from_the_table() =>
        Assert.Equal(MetricsDocument.Markdown(), File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "metrics.md")));

    [Fact]
    public void Every_metric_is_listed()
    {
        var (code, output) = Run();

        Assert.Equal(ExitCode.Ok, code);
        Assert.All(MetricsTable.All, metric => Assert.Contains(metric.Name, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Markdown_is_the_page() => Assert.Equal((ExitCode.Ok, MetricsDocument.Markdown()), Run("--markdown"));

    [Fact]
    public void Every_check_of_the_health_policy_is_named()
    {
        var source = File.ReadAllText(Path.Join(RepositoryFolder.Path, "src", "LoadShaper.Domain", "Health", "HealthPolicy.cs"));
        var added = CheckForm().Matches(source).Select(match => match.Groups[1].Value).Distinct()
            .Concat([NetworkProblem.NoPeer, NetworkProblem.Unreadable, NetworkProblem.BudgetReached, NetworkProblem.NotReceiving]);

        // A missing name belongs into HealthChecks.Names: its series then exists from the start.
        Assert.Equal(added.Order(), HealthChecks.Names.Order());
    }

    private static (int Code, string Output) Run(params string[] options)
    {
        var output = new StringWriter();
        var code = MetricsCommand.Create().Parse(options).Invoke(new InvocationConfiguration { Output = output });
        return (code, output.ToString());
    }

    [GeneratedRegex("""Add\("([a-z_]+)"\)""")]
    private static partial Regex CheckForm();
}

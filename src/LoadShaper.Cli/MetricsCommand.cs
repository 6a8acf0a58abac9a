using System.CommandLine;
using LoadShaper.Domain.Metrics;

namespace LoadShaper.Cli;

/// <summary>`loadshaper metrics`: every Prometheus metric of the daemon, from the table that the daemon answers from.</summary>
internal static class MetricsCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print docs/metrics.md, generated from the metrics table." };
        var command = new Command("metrics", "List every Prometheus metric of the daemon: name, type, unit, labels, description.") { markdown };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(markdown) ? MetricsDocument.Markdown() : List());
            return ExitCode.Ok;
        });
        return command;
    }

    private static string List() => TextTable.Render(
        ["NAME", "TYPE", "UNIT", "LABELS", "DESCRIPTION"],
        MetricsTable.All.Select(m => new[] { m.Name, m.Type.ToString().ToLowerInvariant(), m.Unit == "" ? "-" : m.Unit, m.Labels.Count == 0 ? "-" : string.Join(",", m.Labels), m.Help }));
}

using System.Globalization;
using System.Text;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Simulation.Tests;

/// <summary>A scenario as text: what is simulated above the line, what came of it below.</summary>
internal static class Story
{
    public const string Line = "----\n";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static SimulationOptions Parse(string text)
    {
        var options = new SimulationOptions { Days = 1 };
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            var (key, value) = line.Split(' ', 2) is [var k, var v] ? (k, v) : throw new FormatException($"'{line}' is no line of a story");
            switch (key)
            {
                case "days": options = options with { Days = int.Parse(value, Culture) }; break;
                case "shape": options = options with { Family = Enum.Parse<ShapeFamily>(value) }; break;
                case "foreign": options = options with { Foreign = PatternParser.ParseForeign(value) }; break;
                case "load-average": options = options with { LoadAverage = new ForeignLoad.Constant(double.Parse(value, Culture)) }; break;
                case "outage": options = options with { Outages = [.. options.Outages, PatternParser.ParseStretch(value)] }; break;
                case "daemon-down": options = options with { DaemonDown = [.. options.DaemonDown, PatternParser.ParseStretch(value)] }; break;
                case "history": options = options with { History = PatternParser.ParseHistory(value) }; break;
                case "noise": options = options with { Noise = double.Parse(value, Culture) }; break;
                case "strategy": set["CPU_P95_STRATEGY"] = value; break;
                default: set[key] = value; break;
            }
        }

        var reading = SettingsParser.Parse(set, new SettingsContext(options.Family));
        return options with { Settings = reading.Settings ?? throw new FormatException(string.Join('\n', reading.Problems)) };
    }

    public static string Tell(SimulationReport report)
    {
        var text = new StringBuilder();
        var budget = (Line: "", Slots: 0);
        void Say(DateTimeOffset at, FormattableString what) => text.Append(Culture, $"{(at - SimulationOptions.Start).Days,2} {at:HH:mm}  {what.ToString(Culture)}\n");

        foreach (var happened in report.Events)
        {
            switch (happened)
            {
                case SlotDecided slot when Budget(slot) is var now && now != budget.Line:
                    Say(slot.At, $"{now}");
                    budget = (now, 0);
                    break;
                case StateChanged changed:
                    Say(changed.At, $"{changed.From} -> {changed.To}: P95 {changed.Input.P95:0.00}");
                    break;
                case DayPlanned planned:
                    Say(planned.At, $"plan: {Places(planned.Plan)}");
                    break;
                case BlockStarted started:
                    Say(started.At, $"{(started.Block.Whole ? "block" : "last part")} at {started.Block.Level}");
                    break;
                case BlockEnded ended:
                    Say(ended.At, $"block ends: {ended.End}");
                    break;
                case GateClosed closed:
                    Say(closed.At, $"gate {closed.Position}: {closed.Causes}");
                    break;
                case GateOpened opened:
                    Say(opened.At, $"gate opens");
                    break;
                case VerdictChanged verdict:
                    Say(verdict.At, $"verdict {VerdictFormatter.Of(verdict.To.Kind)}{(verdict.To.SavedBy is { } by ? $": saved by {by}" : "")}");
                    break;
                case GapSeen gap:
                    Say(gap.At, $"gap of {(gap.At - gap.From).TotalHours:0.#} h: {gap.Cause}");
                    break;
            }
        }

        var last = report.Hours[^1];
        return text.Append(Culture, $"end: P95 {last.Minute:0.00} on 1 min, {last.FiveMinutes:0.00} on 5 min, {last.Hour:0.00} on 1 h; own CPU {report.OwnFrom(0):0.00} %\n").ToString();
    }

    // High and baseline slots alternate: they are told as one.
    private static string Budget(SlotDecided slot) => slot.Kind switch
    {
        SlotKind.High or SlotKind.Baseline => "slots by the budget",
        SlotKind.CatchUp => "every slot catches up",
        SlotKind.Resting => "own load rests",
        _ when slot.Input.Gate == GatePosition.HeldByLoadAverage => "slots by the budget",
        _ => "held by the gate",
    };

    private static string Places(DayPlan plan)
    {
        var hours = string.Join(' ', plan.Hours.Select(hour => hour.ToString("00", Culture) + ":00"));
        var part = plan.PartHour is { } at ? string.Create(Culture, $"{at:00}:00 for {plan.PartMinutes} min") : "";
        return (hours, part) is ("", "") ? "nothing" : string.Join(", ", new[] { hours, part }.Where(s => s != ""));
    }
}

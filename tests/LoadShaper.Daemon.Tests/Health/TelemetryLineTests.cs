using System.Globalization;
using System.Text.RegularExpressions;
using LoadShaper.Daemon.Health;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

public sealed class TelemetryLineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 12, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Before_the_controller_has_spoken_it_is_starting() =>
        Assert.Contains("| controller=starting |", TelemetryLine.Of(new HealthState(), new LoadShaperSettings()).ToString());

    [Fact]
    public void A_safe_machine_shows_by_what_by_how_much_and_until_when() =>
        Assert.Contains(
            "| verdict=SAFE by=cpu margin=1.86 turns=2026-01-14T10:00Z lever=cpu |",
            Line(new Levers(Cpu: true, Memory: false), VerdictKind.Safe, IdleMetric.Cpu, 1.86, needed: 0, TimeSpan.Zero, Noon.AddHours(46)));

    [Fact]
    public void A_machine_that_lacks_minutes_shows_how_many_and_how_much_was_not_seen() =>
        Assert.Contains(
            "| verdict=UNKNOWN unseen=166.5h needed=415min lever=cpu+memory |",
            Line(new Levers(Cpu: true, Memory: true), VerdictKind.Unknown, null, -20, needed: 415, TimeSpan.FromHours(166.5), null));

    [Fact]
    public void Each_figure_is_a_property_with_its_number()
    {
        var line = TelemetryLine.Of(
            State(new Levers(Cpu: true, Memory: false), VerdictKind.Safe, IdleMetric.Cpu, 1.857, needed: 3, TimeSpan.FromHours(2.04), Noon.AddHours(46)),
            new LoadShaperSettings());

        Assert.Equal(
            [
                "Interface=eth0", "State=BUILDING", "Slot=High", "Target=0.0", "Exceedance=6.5", "Verdict=SAFE", "SavedBy=cpu", "Margin=1.86",
                "UnseenHours=2.0", "MinutesNeeded=3", "TurnsAt=2026-01-14T10:00Z", "Levers=cpu",
            ],
            Names(line.Template).Zip(line.Values, (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value}")));
        Assert.IsType<decimal>(line.Values[4]);
        Assert.Equal(3, line.Values[9]);
    }

    [Fact]
    public void The_template_has_one_name_for_each_value_and_the_text_is_the_rendered_template()
    {
        var line = TelemetryLine.Of(
            State(new Levers(Cpu: true, Memory: true), VerdictKind.AtRisk, IdleMetric.Cpu, -1, needed: 9, TimeSpan.FromHours(1), Noon), new LoadShaperSettings());

        var names = Names(line.Template);
        Assert.Equal(line.Values.Length, names.Count);
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[A-Z][A-Za-z0-9]*$", name));
        var rendered = names.Zip(line.Values, (name, value) => (Name: name, Value: value)).Aggregate(
            line.Template, (text, pair) => text.Replace($"{{{pair.Name}}}", string.Create(CultureInfo.InvariantCulture, $"{pair.Value}"), StringComparison.Ordinal));
        Assert.Equal(rendered, line.ToString());
    }

    [Fact]
    public void Braces_of_the_text_are_no_placeholders()
    {
        var message = new LogMessage("a {b} ").Value("C", 1.5m);

        Assert.Equal(("a {{b}} {C}", "a {b} 1.5"), (message.Template, message.ToString()));
    }

    private static List<string> Names(string template) => [.. Regex.Matches(template, @"(?<!\{)\{(\w+)\}").Select(match => match.Groups[1].Value)];

    private static string Line(Levers levers, VerdictKind kind, IdleMetric? by, double margin, int needed, TimeSpan missing, DateTimeOffset? turns) =>
        TelemetryLine.Of(State(levers, kind, by, margin, needed, missing, turns), new LoadShaperSettings()).ToString();

    private static HealthState State(Levers levers, VerdictKind kind, IdleMetric? by, double margin, int needed, TimeSpan missing, DateTimeOffset? turns)
    {
        var status = new ControllerStatus(
            Noon, CpuStrategy.Slots, ControllerState.Building, SlotKind.High, 6.5, CpuPlan.Idle(Noon), null,
            default, default, default, 0,
            new Verdict(kind, by, margin, null, null, null, null, missing, needed, turns), levers, null, null);
        return new HealthState(Controller: status);
    }
}

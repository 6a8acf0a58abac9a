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
        Assert.Contains("| controller=starting |", TelemetryLine.Format(new HealthState(), new LoadShaperSettings()));

    [Fact]
    public void A_safe_machine_is_told_by_what_by_how_much_and_until_when() =>
        Assert.Contains(
            "| verdict=SAFE by=cpu margin=1.86 turns=2026-01-14T10:00Z lever=cpu |",
            Line(new Levers(Cpu: true, Memory: false), VerdictKind.Safe, IdleMetric.Cpu, 1.86, needed: 0, TimeSpan.Zero, Noon.AddHours(46)));

    [Fact]
    public void A_machine_that_lacks_minutes_is_told_how_many_and_how_much_was_not_seen() =>
        Assert.Contains(
            "| verdict=UNKNOWN unseen=166.5h needed=415min lever=cpu+memory |",
            Line(new Levers(Cpu: true, Memory: true), VerdictKind.Unknown, null, -20, needed: 415, TimeSpan.FromHours(166.5), null));

    private static string Line(Levers levers, VerdictKind kind, IdleMetric? by, double margin, int needed, TimeSpan missing, DateTimeOffset? turns)
    {
        var status = new ControllerStatus(
            Noon, CpuStrategy.Slots, ControllerState.Building, SlotKind.High, 6.5, CpuPlan.Idle(Noon), null,
            default, default, default, 0,
            new Verdict(kind, by, margin, null, null, null, null, missing, needed, turns), levers, null, null);
        return TelemetryLine.Format(new HealthState(Controller: status), new LoadShaperSettings());
    }
}

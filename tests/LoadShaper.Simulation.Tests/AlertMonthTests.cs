using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>Alerts over weeks of the controller's own decisions: none while all is well, and in time when it is not.</summary>
public sealed class AlertMonthTests
{
    private static readonly HealthVerdict Healthy = new(HealthStatus.Healthy, ["all_systems_operational"]);

    private AlertState _state = AlertState.Empty;
    private DateTimeOffset? _before;
    private readonly List<Notification> _sent = [];

    [Theory]
    [InlineData(CpuStrategy.Slots, "idle")]
    [InlineData(CpuStrategy.Blocks, "idle")]
    [InlineData(CpuStrategy.Slots, "sine")]
    [InlineData(CpuStrategy.Blocks, "sine")]
    [InlineData(CpuStrategy.Slots, "busy")]
    [InlineData(CpuStrategy.Blocks, "busy")]
    public void A_healthy_month_fires_none(CpuStrategy strategy, string foreign)
    {
        var options = new SimulationOptions
        {
            Noise = 1,
            Foreign = foreign switch
            {
                "sine" => new ForeignLoad.Sine(0, 40),
                // The gate is closed for six hours of each day.
                "busy" => new ForeignLoad.Busy(90, TimeSpan.FromHours(6)),
                _ => ForeignLoad.Idle,
            },
        };

        Simulator.Run(options with { Settings = options.Settings with { Cpu = options.Settings.Cpu with { Strategy = strategy } } }, statusTo: Decide);

        Assert.Empty(_sent.Select(notification => notification.Title));
    }

    [Fact]
    public void A_gate_that_stays_closed_fires_a_day_before_the_verdict_turns_and_when_it_does()
    {
        var options = new SimulationOptions { Days = 9, History = new History(TimeSpan.FromDays(7), new ForeignLoad.Constant(50)) };

        // The virtual machine uses 10 % of its memory at rest.
        var report = Simulator.Run(options with { Settings = options.Settings with { Gate = options.Settings.Gate with { MemoryStop = Percent.Of(5) } } }, statusTo: Decide);

        var turned = report.Events.OfType<VerdictChanged>().Single(changed => changed.To.Kind == VerdictKind.AtRisk).At;
        var raised = _sent.Where(notification => notification.Phase == NotificationPhase.Raised).ToList();
        Assert.Equal([AlertKind.TurnsSoon, AlertKind.AtRisk], raised.Select(notification => notification.Kind!.Value));
        Assert.Contains("the gate is closed (memory use)", raised[0].Message, StringComparison.Ordinal);
        Assert.InRange((turned - raised[0].At).TotalHours, 20, 27);
        Assert.InRange((raised[1].At - turned).TotalMinutes, 0, 5);
    }

    private void Decide(ControllerStatus status)
    {
        var elapsed = _before is { } before ? status.At - before : TimeSpan.Zero;
        _before = status.At;
        var condition = ConditionPolicy.Of(new HealthState(Controller: status), Healthy);
        var decision = AlertPolicy.Decide(_state, new AlertInput(status.At, elapsed, "vm1", condition, null, []));
        _state = decision.State;
        _sent.AddRange(decision.Notifications);
    }
}

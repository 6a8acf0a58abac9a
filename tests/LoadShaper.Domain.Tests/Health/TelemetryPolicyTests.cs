using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class TelemetryPolicyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TelemetrySubject Calm = new(ControllerState.Maintaining, GatePosition.Open, VerdictKind.Safe);

    [Fact]
    public void The_first_sample_writes_a_line() => Assert.True(TelemetryPolicy.Decide(Minute, default, default, TimeSpan.Zero));

    [Fact]
    public void Each_control_period_of_the_first_two_minutes_writes_a_line_and_then_one_per_period()
    {
        var written = Run(Minute, Enumerable.Range(1, 120).Select(i => 5.0 * i), _ => Calm);

        Assert.Equal([.. Enumerable.Range(1, 23).Select(i => 5.0 * i), 120, 180, 240, 300, 360, 420, 480, 540, 600], written);
    }

    [Fact]
    public void Samples_that_come_early_or_late_leave_one_line_per_period()
    {
        var written = Run(Minute, Enumerable.Range(25, 96).Select(i => 5.0 * i + i % 3 * 0.4), _ => Calm);

        Assert.Equal([125.4, .. Enumerable.Range(3, 7).Select(i => 60.0 * i), 600], written.Select(s => s < 130 ? s : Math.Floor(s / 60) * 60));
    }

    [Theory]
    [InlineData(ControllerState.Building, GatePosition.Open, VerdictKind.Safe)]
    [InlineData(ControllerState.Maintaining, GatePosition.Closed, VerdictKind.Safe)]
    [InlineData(ControllerState.Maintaining, GatePosition.HeldByLoadAverage, VerdictKind.Safe)]
    [InlineData(ControllerState.Maintaining, GatePosition.Open, VerdictKind.AtRisk)]
    [InlineData(ControllerState.Maintaining, GatePosition.Open, null)]
    public void A_change_of_state_gate_or_verdict_writes_a_line_once(ControllerState state, GatePosition gate, VerdictKind? verdict)
    {
        var written = Run(Minute, [605, 610, 615, 620], at => at < 615 ? Calm : new TelemetrySubject(state, gate, verdict));

        Assert.Equal([605, 615], written);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(2)]
    public void A_period_of_zero_or_of_less_than_a_control_period_writes_each_time(double seconds) =>
        Assert.Equal([605, 610, 615], Run(TimeSpan.FromSeconds(seconds), [605, 610, 615], _ => Calm));

    [Fact]
    public void A_control_period_longer_than_the_period_writes_each_time() =>
        Assert.Equal([3600, 7200, 10_800], Run(Minute, [3600, 7200, 10_800], _ => Calm));

    [Fact]
    public void A_report_without_a_controller_has_no_subject() => Assert.Equal(default, TelemetrySubject.Of(new HealthState()));

    private static List<double> Run(TimeSpan period, IEnumerable<double> seconds, Func<double, TelemetrySubject> subjectAt)
    {
        var state = default(TelemetryState);
        var written = new List<double>();
        foreach (var at in seconds)
        {
            var uptime = TimeSpan.FromSeconds(at);
            if (!TelemetryPolicy.Decide(period, state, subjectAt(at), uptime))
                continue;
            state = state.Apply(subjectAt(at), uptime);
            written.Add(at);
        }

        return written;
    }
}

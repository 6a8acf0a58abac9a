using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Oracle;

public class OraclePolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly OracleInput Differing = new(Noon, VerdictKind.Safe, 24, VerdictKind.AtRisk, 18, Noon.AddMinutes(-5));

    [Fact]
    public void A_difference_is_recorded_once_and_so_is_its_end()
    {
        Assert.IsType<OracleVerdictDiffered>(OraclePolicy.Decide(null, Differing));
        Assert.Null(OraclePolicy.Decide(true, Differing));

        var agreeing = Differing with { Oracles = VerdictKind.Safe };
        Assert.Null(OraclePolicy.Decide(null, agreeing));
        Assert.IsType<OracleVerdictAgreed>(OraclePolicy.Decide(true, agreeing));
        Assert.Null(OraclePolicy.Decide(false, agreeing));
        Assert.IsType<OracleVerdictDiffered>(OraclePolicy.Decide(false, Differing));
    }

    [Theory]
    [InlineData(VerdictKind.Unknown, VerdictKind.AtRisk)]
    [InlineData(VerdictKind.Safe, VerdictKind.Unknown)]
    public void What_is_not_known_differs_from_nothing(VerdictKind ours, VerdictKind oracles) =>
        Assert.Null(OraclePolicy.Decide(null, Differing with { Ours = ours, Oracles = oracles }));

    [Fact]
    public void Old_readings_are_not_compared()
    {
        Assert.Null(OraclePolicy.Decide(null, Differing with { Newest = Noon.AddHours(-3.1) }));
        Assert.Null(OraclePolicy.Decide(null, Differing with { Newest = null }));
    }

    [Fact]
    public void Only_an_idle_reading_of_Oracle_is_alarming()
    {
        Assert.True(OraclePolicy.IsAlarming(Differing));
        Assert.False(OraclePolicy.IsAlarming(Differing with { Ours = VerdictKind.AtRisk, Oracles = VerdictKind.Safe }));
        Assert.False(OraclePolicy.IsAlarming(Differing with { Newest = Noon.AddDays(-1) }));
    }

    [Fact]
    public void The_controller_journals_the_difference_and_changes_no_load()
    {
        var with = Loop();
        var without = Loop();
        with.See(OracleView.Of(IdleRule.Oracle, ShapeFamily.E2, Week(_ => 4), null, Noon));
        var (seen, plain) = (with.Turn(At(Noon)), without.Turn(At(Noon)));

        Assert.Equal(VerdictKind.Safe, with.StatusAt(Noon).Verdict!.Kind);
        var differed = Assert.Single(seen.Events.OfType<OracleVerdictDiffered>());
        Assert.Equal((VerdictKind.Safe, VerdictKind.AtRisk), (differed.Input.Ours, differed.Input.Oracles));
        Assert.Equal(plain.Plan, seen.Plan);
        Assert.Equal(plain.Events, seen.Events.Where(happened => happened is not OracleEvent));

        foreach (var happened in seen.Events)
            with.Apply(happened);
        Assert.True(with.Memory.OracleDiffers);
        Assert.DoesNotContain(with.Turn(At(Noon.AddSeconds(5))).Events, happened => happened is OracleEvent);
    }

    [Fact]
    public void An_idle_reading_of_Oracle_degrades_the_health()
    {
        var loop = Loop();
        loop.Turn(At(Noon));
        var view = OracleView.Of(IdleRule.Oracle, ShapeFamily.E2, Week(_ => 4), null, Noon);
        var state = new HealthState(Sample: At(Noon), SampledAt: TimeSpan.FromHours(1), Oracle: new OracleStatus(OracleMonitoring.Check, view, 0, Noon, null, null))
            .Apply(loop.StatusAt(Noon), TimeSpan.FromHours(1));

        Assert.Contains("oracle_reads_idle", HealthPolicy.Decide(state, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)).Checks);
        Assert.DoesNotContain("oracle_reads_idle", HealthPolicy.Decide(state with { Oracle = null }, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)).Checks);
    }

    [Fact]
    public void A_view_counts_as_our_readings_do()
    {
        var view = OracleView.Of(IdleRule.Oracle, ShapeFamily.A1, [
            .. Week(minute => minute % 20 == 0 ? 50 : 1),
            .. Week(_ => 30, OracleMetric.Memory), .. Week(_ => 60 * 1_000_000 / 8, OracleMetric.NetworkIn), .. Week(_ => 60 * 2_000_000 / 8, OracleMetric.NetworkOut),
            .. Week(_ => 7, OracleMetric.HypervisorCpu)], BitRate.FromMbit(100), Noon);

        // Every twentieth minute is high: 504 of 10,080, one too few for the 95th percentile.
        Assert.Equal(1, view.Cpu.Minute);
        Assert.Equal((30, 2, 7), (view.Memory, view.Network, view.HypervisorCpu));
        Assert.Equal(10_080, view.Points);
        Assert.Equal(Noon, view.Newest);
        Assert.Equal((VerdictKind.Safe, 10), (view.Verdict, view.Margin));
    }

    [Fact]
    public void Few_points_make_no_verdict() =>
        Assert.Equal(VerdictKind.Unknown, OracleView.Of(IdleRule.Oracle, ShapeFamily.E2, Week(_ => 4).TakeLast(3_000), null, Noon).Verdict);

    [Theory]
    [InlineData("2026-11-20T12:00:00Z", "2026-11-20T11:59:00Z")]
    [InlineData("2026-11-20T12:00:30Z", "2026-11-20T12:00:00Z")]
    public void A_timestamp_is_the_end_of_its_minute(string timestamp, string minute) =>
        Assert.Equal(DateTimeOffset.Parse(minute, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds() / 60, OraclePoint.MinuteOf(DateTimeOffset.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Seven_days_are_asked_for_once_and_then_the_last_two_hours()
    {
        Assert.Equal(Noon.AddDays(-7), PollPolicy.From(Noon.AddSeconds(20), null));
        Assert.Equal(Noon.AddHours(-2), PollPolicy.From(Noon, Noon.AddMinutes(-62)));
        Assert.Equal(Noon.AddHours(-30), PollPolicy.From(Noon, Noon.AddHours(-30)));
        Assert.Equal(Noon.AddDays(-7), PollPolicy.From(Noon, Noon.AddDays(-9)));
        // Stored by a clock that ran ahead.
        Assert.Equal(Noon.AddDays(-7), PollPolicy.From(Noon, Noon.AddDays(3)));
    }

    [Fact]
    public void After_a_success_an_hour_passes_and_failures_wait_longer_and_longer()
    {
        Assert.Equal([60, 5, 20, 60, 60], new[] { 0, 1, 2, 3, 100 }.Select(failures => PollPolicy.NextDelay(failures, 0).TotalMinutes));
        Assert.Equal(70, PollPolicy.NextDelay(0, 1).TotalMinutes);
    }

    [Fact]
    public void The_budget_gives_six_requests_in_any_hour()
    {
        var budget = RequestBudget.Full;
        for (var i = 0; i < 6; i++)
            budget = budget!.Take(TimeSpan.FromMinutes(i));
        Assert.Null(budget!.Take(TimeSpan.FromMinutes(59)));
        Assert.NotNull(budget.Take(TimeSpan.FromMinutes(60)));
        Assert.Null(budget.Take(TimeSpan.FromMinutes(60))!.Take(TimeSpan.FromMinutes(60.5)));
    }

    [Fact]
    public void The_policy_names_both_namespaces()
    {
        Assert.Equal("instance.id = 'ocid1.instance.oc1..a'", AccessPolicy.GroupRule("ocid1.instance.oc1..a"));
        Assert.Equal(
            "Allow dynamic-group loadshaper to read metrics in compartment id ocid1.compartment.oc1..b where any {target.metrics.namespace = 'oci_computeagent', target.metrics.namespace = 'oci_vmi_resource_utilization'}",
            AccessPolicy.Statement("ocid1.compartment.oc1..b"));
    }

    [Fact]
    public void Every_problem_has_a_fix() =>
        Assert.All(Enum.GetValues<OracleProblemKind>(), kind => Assert.NotEqual("", new OracleProblem(kind, "x").Fix));

    // A week of load at 30 % was seen.
    private static ControllerLoop Loop()
    {
        var loop = new ControllerLoop(new CpuSettings(), new GateSettings(), ProtectWith.Cpu, ShapeFamily.E2, new SamplingSettings());
        loop.Restore([.. Week(_ => 30).Select(point => new MinuteMean(MinuteMean.StartOf(point.Minute), TimeSpan.FromMinutes(1), point.Value, point.Value, 0))]);
        return loop;
    }

    private static Sample At(DateTimeOffset at) => new(
        at, TimeSpan.FromSeconds(5), 2, new CpuReading(Percent.Of(2), Percent.Of(2), Percent.Zero, Percent.Zero, Percent.Zero), null, null, null);

    private static IEnumerable<OraclePoint> Week(Func<int, double> value, OracleMetric metric = OracleMetric.Cpu)
    {
        var end = Noon.ToUnixTimeSeconds() / 60;
        return Enumerable.Range(0, 10_080).Select(i => new OraclePoint(metric, end - 10_080 + i, value(i)));
    }

    [Theory]
    [InlineData(null, 10, null, true)]
    [InlineData(170, null, null, true)]
    [InlineData(null, null, OracleProblemKind.NoData, false)]
    [InlineData(190, null, OracleProblemKind.NoData, false)]
    [InlineData(190, 190, OracleProblemKind.NoData, false)]
    [InlineData(190, 10, null, true)]
    public void Without_a_CPU_value_of_the_last_three_hours_an_attempt_failed(int? stored, int? brought, OracleProblemKind? kind, bool succeeded)
    {
        OraclePoint[] points = brought is { } age ? [new OraclePoint(OracleMetric.Cpu, Noon.AddMinutes(-age).ToUnixTimeSeconds() / 60, 30)] : [];

        var status = new OracleStatus(OracleMonitoring.Check, null, 0, null, null, null)
            .Apply(points, stored is { } before ? Noon.AddMinutes(-before) : null, null, Noon);

        Assert.Equal(kind, status.Problem?.Kind);
        Assert.Equal(
            succeeded ? (Noon, 1L, 0L, 0) : ((DateTimeOffset?)null, 0L, 1L, 0),
            (status.LastSuccess, status.Succeeded, status.Failed, status.FailedInARow));
    }

    [Fact]
    public void A_CPU_value_counts_as_success_although_another_metric_was_refused()
    {
        var refused = new OracleProblem(OracleProblemKind.TooManyRequests, "through http://user:SECRET@proxy.example:3128/");
        var status = new OracleStatus(OracleMonitoring.Check, null, 0, null, null, null)
            .Apply([new OraclePoint(OracleMetric.Cpu, Noon.ToUnixTimeSeconds() / 60 - 1, 30)], null, refused, Noon);

        Assert.Equal((Noon, 1L, OracleProblemKind.TooManyRequests), (status.LastSuccess, status.Succeeded, status.Problem?.Kind));
        Assert.DoesNotContain("SECRET", $"{status.Problem}", StringComparison.Ordinal);
    }
}

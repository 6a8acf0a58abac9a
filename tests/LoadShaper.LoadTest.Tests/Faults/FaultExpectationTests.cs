using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Faults.Runs;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class FaultExpectationTests
{
    private static RunPlan Plan(LoadPhase? phase = null, TargetProtocol protocol = TargetProtocol.Http) =>
        Engine.Plans.Open(new LoadTarget { Name = "t", Protocol = protocol, Host = "127.0.0.1", Port = 1 }, Engine.Plans.Get()) with { Phases = [phase ?? new ConstantRate(100, TimeSpan.FromSeconds(10))] };

    private static FaultExpectation Of(LinkFaults link, RunPlan? plan = null) => FaultExpectation.Of(
        new RunFaultPlan(new FaultPolicy { Name = "p", Uplink = link, Downlink = link }), plan ?? Plan(),
        Samples.Result(Samples.Series("all", Samples.Counts(1_000), Samples.Latencies([.. Enumerable.Repeat(2_000L, 1_000)]))))!;

    [Fact]
    public void Latency_shifts_every_percentile_by_both_directions()
    {
        var expected = Of(new LinkFaults { Latency = TimeSpan.FromMilliseconds(20) });
        Assert.All((double[])[expected.P50, expected.P95, expected.P99], p => Assert.Equal(42_000, p, 50.0));
        Assert.Equal((0.0, 100.0), (expected.ErrorRate, expected.CompletedRps));
    }

    [Fact]
    public void Loss_on_TCP_shows_in_the_tail_and_fails_nothing()
    {
        var expected = Of(new LinkFaults { Loss = 0.01 });
        // 2 % of the exchanges lose a segment and wait for the time-out of 200 ms.
        Assert.Equal(2_000, expected.P50, 10.0);
        Assert.Equal(2_000, expected.P95, 10.0);
        Assert.Equal(202_000, expected.P99, 100.0);
        Assert.Equal(0, expected.ErrorRate);
    }

    [Fact]
    public void Loss_of_datagrams_is_an_error_rate()
    {
        var expected = Of(new LinkFaults { Loss = 0.1 }, Plan(protocol: TargetProtocol.UdpEcho));
        // 1 - 0.9²
        Assert.InRange(expected.ErrorRate!.Value, 0.18, 0.20);
        Assert.InRange(expected.CompletedRps!.Value, 80, 82);
    }

    [Fact]
    public void Users_send_less_when_answers_are_slower()
    {
        var closed = Plan(new ClosedUsers(10, 0, ThinkTime.None, TimeSpan.FromSeconds(10)));
        Assert.Equal(100 * 2.0 / 22, Of(new LinkFaults { Latency = TimeSpan.FromMilliseconds(10) }, closed).CompletedRps!.Value, 0.1);
    }

    [Fact]
    public void What_depends_on_connections_or_time_is_not_computed()
    {
        var baseline = Samples.Result(Samples.Series("all", Samples.Counts(10), Samples.Latencies(1_000)));
        Assert.Null(FaultExpectation.Of(new RunFaultPlan(FaultProfiles.Find("flapping_link")!), Plan(), baseline));
        var reset = FaultExpectation.Of(new RunFaultPlan(new FaultPolicy { Name = "r", Connection = new ConnectionFaults { Refuse = 0.5 } }), Plan(), baseline)!;
        Assert.Null(reset.ErrorRate);
        Assert.Contains("not computed", Assert.Single(reset.Notes));
    }
}

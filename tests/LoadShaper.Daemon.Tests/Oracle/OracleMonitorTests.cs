using System.Globalization;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Oracle;

/// <summary>The monitor and the sample store in virtual time, against a real server and a real file.</summary>
public sealed class OracleMonitorTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("loadshaper-oracle-").FullName;
    private readonly TestProbe _controller;
    private readonly TestProbe _health;
    private FakeOracle _oracle = null!;

    public OracleMonitorTests()
        : base("""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.test.single-expect-default = 30s
            """)
    {
        _controller = CreateTestProbe();
        _health = CreateTestProbe();
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    public async Task InitializeAsync() => _oracle = await FakeOracle.StartAsync(() => Scheduler.Now);

    async Task IAsyncLifetime.DisposeAsync()
    {
        Shutdown();
        await _oracle.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("12:35:30")]
    [InlineData("12:44:00")]
    [InlineData("23:59:59")]
    public void A_first_start_with_seed_ends_in_a_verdict_from_the_same_readings_as_an_independent_computation(string timeOfDay)
    {
        Scheduler.AdvanceTo(new DateTimeOffset(Scheduler.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1) + TimeSpan.Parse(timeOfDay, CultureInfo.InvariantCulture));
        // Nine idle-looking hours and some loaded ones a week; gaps of a minute each day.
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(7), at => at.Hour == 5 && at.Minute == 1 ? null : 3 + 40.0 * ((at.Hour * 60 + at.Minute) * 7919 % 1440) / 1440);
        var store = StartMonitor(OracleMonitoring.Seed);

        var view = _controller.FishForMessage<OracleView>(_ => true);
        _controller.FishForMessage<MinutesFilledIn>(_ => true);
        store.Tell(new MinutesWanted(Scheduler.Now.AddDays(-35), Scheduler.Now), TestActor);
        var minutes = ExpectMsg<MinuteHistory>().Minutes;

        Assert.All(minutes, minute => Assert.True(minute.IsSeeded));
        var loop = new ControllerLoop(new CpuSettings(), new GateSettings(), ProtectWith.Cpu, ShapeFamily.E2, new SamplingSettings());
        loop.Reload(minutes, Scheduler.Now);
        var at = Scheduler.Now.AddMinutes(1);
        loop.Turn(new Sample(at, TimeSpan.FromSeconds(5), 2, new CpuReading(Percent.Of(2), Percent.Of(2), Percent.Zero, Percent.Zero, Percent.Zero), null, null, null));
        var status = loop.StatusAt(at);

        Assert.Equal(VerdictKind.Safe, status.Verdict!.Kind);
        Assert.Equal(VerdictKind.Safe, view.Verdict);
        Assert.Equal(Independent(1, at), status.Readings.Minute!.Value, 2);
        Assert.Equal(Independent(5, at), status.Readings.FiveMinutes!.Value, 2);
        Assert.Equal(Independent(60, at), status.Readings.Hour!.Value, 2);
        Assert.Equal(Independent(1, view.At), view.Cpu.Minute!.Value, 2);
        // All of it counts as own load: the real load holds nothing.
        Assert.All(minutes, minute => Assert.Equal(0, minute.Foreign));
    }

    [Fact]
    public void An_idle_week_by_Oracle_is_at_risk()
    {
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(7), _ => 4);
        StartMonitor(OracleMonitoring.Seed);

        Assert.Equal(VerdictKind.AtRisk, _controller.FishForMessage<OracleView>(_ => true).Verdict);
    }

    [Fact]
    public void With_check_no_minute_is_filled_in()
    {
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(7), _ => 30);
        var store = StartMonitor(OracleMonitoring.Check);

        Assert.Equal(VerdictKind.Safe, _controller.FishForMessage<OracleView>(_ => true).Verdict);
        store.Tell(new MinutesWanted(Scheduler.Now.AddDays(-35), Scheduler.Now), TestActor);
        Assert.Empty(ExpectMsg<MinuteHistory>().Minutes);
        _controller.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Each_hour_only_what_is_new_is_asked_for()
    {
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(7), _ => 30);
        StartMonitor(OracleMonitoring.Check);
        var first = Answered(after: null);
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(7), _ => 30);
        _oracle.Requests.Clear();

        Scheduler.Advance(first.NextAttempt!.Value - Scheduler.Now);
        Answered(after: first.LastSuccess);

        var asked = _oracle.Requests.First(request => request.Query?.StartsWith("CpuUtilization", StringComparison.Ordinal) == true);
        Assert.InRange(Scheduler.Now - asked.From!.Value, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2.1));
        Assert.Empty(_oracle.Refused);
    }

    [Fact]
    public void An_agent_that_stops_is_reported_when_its_last_value_is_old()
    {
        _oracle.Fill(OracleMetric.Cpu, TimeSpan.FromDays(7), _ => 30);
        StartMonitor(OracleMonitoring.Check);
        var status = Answered(after: null);
        Assert.Null(status.Problem);

        // Its last values are answered again each time.
        for (var end = Scheduler.Now + 4 * Hour; status.NextAttempt <= end;)
        {
            var next = status.NextAttempt.Value;
            Scheduler.Advance(next - Scheduler.Now);
            status = _health.FishForMessage<OracleStatus>(later => later.NextAttempt > next);
        }

        Assert.Equal(OracleProblemKind.NoData, status.Problem?.Kind);
    }

    [Theory]
    [InlineData("unreachable")]
    [InlineData("429")]
    public void For_days_without_an_answer_at_most_six_requests_an_hour_are_sent(string how)
    {
        if (how == "429")
            _oracle.Fault = path => path == "/v1/x509" ? 429 : null;
        else
            _oracle.Fault = path => path.StartsWith("/opc/", StringComparison.Ordinal) ? 503 : null;
        StartMonitor(OracleMonitoring.Check);
        var attempts = new List<DateTimeOffset>();
        var sent = 0;
        while (attempts.Count == 0 || attempts[^1] - attempts[0] < TimeSpan.FromDays(3))
        {
            var before = sent;
            var status = _health.FishForMessage<OracleStatus>(s => s.Problem is not null);
            sent = _oracle.ApiRequests;
            Assert.InRange(sent - before, 0, 1);
            attempts.Add(Scheduler.Now);
            // Until shortly before the next attempt nothing happens.
            var next = status.NextAttempt!.Value;
            _health.ReceiveWhile(TimeSpan.Zero, message => message);
            Scheduler.Advance(next - Scheduler.Now);
        }

        Assert.All(attempts, at => Assert.InRange(attempts.Count(other => other > at - Hour && other <= at), 1, 6));
        Assert.InRange(attempts.Count, 50, 80);
        Assert.Equal(how == "429", _oracle.ApiRequests > 0);
    }

    private OracleStatus Answered(DateTimeOffset? after) =>
        _health.FishForMessage<OracleStatus>(status => status.LastSuccess is { } success && (after is null || success > after));

    private IActorRef StartMonitor(OracleMonitoring monitoring)
    {
        var time = new SchedulerTime(Scheduler);
        var path = Path.Combine(_directory, "metrics.db");
        var sink = CreateTestProbe();
        var store = Sys.ActorOf(Props.Create(() => new SampleStore(path, sink.Ref, monitoring == OracleMonitoring.Seed)));
        var setup = new OracleMonitorSetup(
            new OracleSettings { Monitoring = monitoring }, IdleRule.Oracle, ShapeFamily.E2, BitRate.FromMbit(480),
            () => _oracle.NewSession(time), () => 0.5, store, _controller.Ref, _health.Ref);
        Sys.ActorOf(Props.Create(() => new OracleMonitor(setup)));
        // The answer of the store to the first question.
        _health.ExpectMsg<OracleStatus>();
        Scheduler.Advance(PollPolicy.FirstDelay(0.5));
        return store;
    }

    // Sorted values of the window, the nearest rank counted by hand; a mean counts when half of its minutes are there.
    private double Independent(int size, DateTimeOffset window)
    {
        var first = (window - TimeSpan.FromDays(7)).ToUnixTimeSeconds() / 60;
        var last = window.ToUnixTimeSeconds() / 60 - 1;
        var values = _oracle.Values[OracleMetric.Cpu]
            .Select(pair => (Minute: pair.Key.ToUnixTimeSeconds() / 60 - 1, pair.Value))
            .GroupBy(pair => pair.Minute / size)
            .Where(group => group.Key * size + size - 1 <= last && (group.Key + 1) * size > last / size * size - 10_080 && group.Count() * 2 >= size)
            .Where(group => size > 1 || group.Key >= first)
            .Select(group => Math.Floor(group.Average(pair => pair.Value) * 100 + 1e-7) / 100)
            .Order().ToList();
        return values[(95 * values.Count + 99) / 100 - 1];
    }

    private sealed class SchedulerTime(TestScheduler scheduler) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => scheduler.Now;

        public override long GetTimestamp() => scheduler.Now.UtcTicks;
    }
}

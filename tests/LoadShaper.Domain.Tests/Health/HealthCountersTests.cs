using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class HealthCountersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_four_sources_add_up_to_the_time_of_all_CPUs()
    {
        var counters = HealthCounters.Zero.Apply(Seen(busy: 60, steal: 10, own: 20), null).Apply(Seen(busy: 30, steal: 0, own: 30), null);

        Assert.Equal(2 * 5 * 0.5, counters.CpuSeconds["own"], 6);
        Assert.Equal(2 * 5 * 0.3, counters.CpuSeconds["foreign"], 6);
        Assert.Equal(2 * 5 * 0.1, counters.CpuSeconds["steal"], 6);
        Assert.Equal(2 * 2 * 5, counters.CpuSeconds.Sum, 6);
        Assert.Equal(2, counters.Samples);
    }

    [Fact]
    public void A_sample_without_a_CPU_reading_adds_no_CPU_time()
    {
        var counters = HealthCounters.Zero.Apply(Seen(busy: 60, steal: 10, own: 20) with { Cpu = null }, null);

        Assert.Equal(0, counters.CpuSeconds.Sum);
        Assert.Equal(1, counters.Samples);
    }

    [Fact]
    public void Causes_at_the_same_time_share_the_time_that_the_gate_was_closed()
    {
        var sample = Seen(busy: 90, steal: 0, own: 0);
        var counters = HealthCounters.Zero
            .Apply(sample, Gate(GatePosition.Closed, GateCauses.ForeignCpu | GateCauses.LoadAverage))
            .Apply(sample, Gate(GatePosition.Closed, GateCauses.ForeignCpu))
            .Apply(sample, Gate(GatePosition.Closed, GateCauses.None))
            .Apply(sample, Gate(GatePosition.Open, GateCauses.None))
            .Apply(sample, Gate(GatePosition.HeldByLoadAverage, GateCauses.LoadAverage));

        Assert.Equal(7.5, counters.GateClosed["foreign_cpu"]);
        Assert.Equal(2.5, counters.GateClosed["load_average"]);
        Assert.Equal(5, counters.GateClosed[HealthCounters.OtherCause]);
        Assert.Equal(15, counters.GateClosed.Sum);
        Assert.Equal(TimeSpan.FromSeconds(5), counters.GateHeld);
        Assert.Subset(HealthCounters.CauseNames.ToHashSet(), counters.GateClosed.Keys.ToHashSet());
    }

    [Fact]
    public void Run_delay_and_restarts_are_summed()
    {
        var state = new HealthState();
        for (var i = 0; i < 3; i++)
            state = state.Apply(Seen(busy: 20, steal: 0, own: 20) with { RunDelay = new RunDelayReading(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1)) }, TimeSpan.FromMinutes(1), TimeSpan.Zero);
        state = state.Apply(new ActorRestart("store")).Apply(new ActorRestart("store"));

        Assert.Equal(TimeSpan.FromSeconds(1.5), state.Counters!.RunDelay);
        Assert.Equal(2, state.Counters.Restarts["store"]);
    }

    [Fact]
    public void The_controller_counts_what_it_recorded_and_what_failed()
    {
        IReadOnlyList<IEvent> slots =
        [
            new SlotDecided(Decided, new Slot(1, TimeSpan.FromMinutes(1)), SlotKind.High, Percent.Of(35), null),
            new SlotDecided(Decided, new Slot(2, TimeSpan.FromMinutes(1)), SlotKind.CatchUp, Percent.Of(35), null),
        ];

        var counts = ControllerCounts.Zero.Started().Apply(slots, recorded: true).Failed(inRecovery: false).Apply([slots[0]], recorded: false).Failed(inRecovery: true).Started();

        Assert.Equal((2L, 1L, 1L, 2L), (counts.Events, counts.WriteFailures, counts.ReadFailures, counts.Starts));
        Assert.Equal((2.0, 1.0), (counts.Slots["high"], counts.Slots["catch_up"]));
    }

    private static readonly P95Input Decided = new(Noon, GatePosition.Open, 0, 0, 0, 0, 0, 0, null, null, 0, 0);

    private static Sample Seen(double busy, double steal, double own) => new(
        Noon, TimeSpan.FromSeconds(5), 2,
        new CpuReading(Percent.Of(busy), Percent.Of(busy - steal), Percent.Of(steal), Percent.Of(own), Percent.Of(own)), null, null, null);

    private static ControllerStatus Gate(GatePosition position, GateCauses causes) => new(
        Noon, CpuStrategy.Slots, ControllerState.Maintaining, null, 0, CpuPlan.Idle(Noon), new GateDecision(position, 0, causes, null),
        default, default, default, 0, null, default, null, null);
}

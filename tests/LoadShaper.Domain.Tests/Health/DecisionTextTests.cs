using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Blocks;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Tests.History;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class DecisionTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Before_the_first_decision_it_is_starting() =>
        Assert.Equal(["LoadShaper is starting: nothing is decided yet."], DecisionText.Sentences(IdleRule.Oracle, new HealthState()));

    [Theory]
    [InlineData(SlotKind.High, "The CPU is filled up to 25 % until 12:01 UTC: a high slot. 6.5 % of the slots of the last 24 hours were high.")]
    [InlineData(SlotKind.Baseline, "The CPU is filled up to 25 % until 12:01 UTC: a baseline slot. 6.5 % of the slots of the last 24 hours were high, which is enough now.")]
    [InlineData(SlotKind.CatchUp, "The CPU is filled up to 25 % until 12:01 UTC: the P95 with unseen minutes counted as idle is under 20 %, so every slot counts.")]
    public void A_slot_with_load_says_why(SlotKind kind, string sentence)
    {
        var sentences = Sentences(Reports.At(Noon, kind, intensity: 25));

        Assert.Equal([sentence, "Other processes' CPU counts towards it; LoadShaper adds only what is missing."], sentences);
    }

    [Theory]
    [InlineData(SlotKind.Resting, "No load now: other processes alone keep this VM above the threshold for long enough.")]
    [InlineData(SlotKind.Held, "No load in this slot: the load average is high, and the load that the verdict needs has run.")]
    public void A_slot_without_load_says_why(SlotKind kind, string sentence) =>
        Assert.Equal([sentence], Sentences(Reports.At(Noon, kind, intensity: 0)));

    [Fact]
    public void A_closed_gate_names_its_signals_with_their_readings()
    {
        var sample = new Sample(
            Noon, TimeSpan.FromSeconds(5), 2, new CpuReading(Percent.Of(93.2), Percent.Of(93.2), Percent.Zero, Percent.Zero, Percent.Zero),
            null, null, new LoadReading(3, 3, 3, 3));

        Assert.Equal(
            ["No load now: other work needs the machine (other processes' CPU 93.2 %, load average 1.50 per core).", "Load resumes when the signals have been low for a while."],
            Sentences(Reports.At(Noon, SlotKind.Held, GatePosition.Closed, GateCauses.ForeignCpu | GateCauses.LoadAverage), sample));
    }

    [Fact]
    public void A_gate_that_closed_repeatedly_says_why_it_stays_closed() =>
        Assert.Equal(
            "No load now: other work needs the machine (it closed repeatedly, so it stays closed for a while).",
            Sentences(Reports.At(Noon, SlotKind.Held, GatePosition.Closed, GateCauses.Repeated))[0]);

    [Fact]
    public void A_held_gate_allows_the_least() =>
        Assert.Equal(
            "Only the load that the verdict needs is allowed, because the load of other work is high (load average).",
            Sentences(Reports.At(Noon, SlotKind.High, GatePosition.HeldByLoadAverage, GateCauses.LoadAverage))[^1]);

    [Fact]
    public void Blocks_say_what_runs_or_what_is_planned()
    {
        var day = new DayPlan(new DateOnly(2026, 11, 28), [14], 20, 12);

        Assert.Equal(
            "The CPU is filled up to 30 % until 12:01 UTC: a whole UTC hour that the seven days need.",
            Sentences(Reports.At(Noon, null, block: new Block(Noon, Noon.AddHours(1), Percent.Of(30), true), intensity: 30))[0]);
        Assert.Equal("No load now. The next hour of load is planned for 14:00 UTC.", Sentences(Reports.At(Noon, null, day: day, intensity: 0))[0]);
        Assert.Equal("No load now. The last minutes of this day are planned for 20:00 UTC.", Sentences(Reports.At(Noon, null, day: day with { Hours = [] }, intensity: 0))[0]);
        Assert.Equal("No load now, and none is planned for the rest of the UTC day.", Sentences(Reports.At(Noon, null, intensity: 0))[0]);
    }

    [Fact]
    public void Another_lever_is_named()
    {
        Assert.Equal("No CPU load now: memory protects this VM.", Sentences(Reports.At(Noon, SlotKind.Resting, levers: new Levers(false, true)))[0]);
        var state = new HealthState(
            Controller: Reports.At(Noon),
            Network: new NetworkStatus(Noon, FallbackPhase.Active, BitRate.FromMbit(15), BitRate.FromMbit(15.2), ByteSize.Zero, []));
        Assert.Equal(
            "The network fallback sends 15.2 Mbit/s to your peers.",
            DecisionText.Sentences(IdleRule.Oracle, state)[^1]);
    }

    private static IReadOnlyList<string> Sentences(ControllerStatus controller, Sample? sample = null) =>
        DecisionText.Sentences(IdleRule.Oracle, new HealthState(Sample: sample, Controller: controller));
}

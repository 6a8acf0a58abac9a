using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Tests.Cpu;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

/// <summary>Gate, duty and pace together under virtual time.</summary>
public class NoLoadBehindAClosedGateTests
{
    private static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(0.7);
    private static readonly SamplingSettings Sampling = new() { ControlPeriod = TimeSpan.FromSeconds(1) };

    private static Sample SampleOf(GateInput input) => new(
        input.At, Sampling.ControlPeriod, 2,
        input.ForeignCpu is { } foreign ? new CpuReading(foreign, foreign, Percent.Zero, Percent.Zero, Percent.Zero) : null,
        null, null, null);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_thousand_random_signals_leave_no_load_on(int seed)
    {
        var random = new Random(seed);
        var core = new VirtualCore(Kernel.PrefersOthers, _ => false);
        var gate = GateState.Start;
        var burnt = TimeSpan.Zero;
        for (var i = 0; i < 1000; i++)
        {
            var input = GateInputs.Draw(random, VirtualMachine.Noon.AddSeconds(i));
            var decision = GatePolicy.Decide(new GateSettings(), gate, input);
            gate = decision.Event is { } happened ? gate.Apply(happened) : gate;
            var duty = DutyPolicy.Decide(
                Sampling, DutyState.Start, new CpuPlan(Percent.Of(80), input.At.AddMinutes(1)),
                new DutyInput(input.At, SampleOf(input), decision.Position, decision.Scale, [new CoreCondition(0, 0)]));
            core.Set(new PaceOrder(duty.Duties[0], core.Now + duty.ValidFor));

            var ran = core.Run(TimeSpan.FromSeconds(0.2));
            burnt += ran;
            if (decision.Position == GatePosition.Closed)
                Assert.InRange(ran, TimeSpan.Zero, Chunk);
        }

        Assert.True(burnt > TimeSpan.FromSeconds(1), "nothing was ever burnt, so nothing was shown");
    }

    [Fact]
    public void When_nobody_gives_orders_any_more_the_load_ends()
    {
        var core = new VirtualCore(Kernel.PrefersOthers, _ => false);
        core.Set(new PaceOrder(DutyCycle.Of(1), DutyPolicy.ValidFor(Sampling.ControlPeriod)));
        core.Run(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.Zero, core.Run(TimeSpan.FromSeconds(10)));
    }
}

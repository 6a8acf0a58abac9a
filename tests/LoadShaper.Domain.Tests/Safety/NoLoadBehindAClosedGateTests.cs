using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Tests.Cpu;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Safety;

/// <summary>Gate, duty and pace together under virtual time; by the law under which the gate opens most often.</summary>
public class NoLoadBehindAClosedGateTests
{
    private static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(0.7);
    private static readonly SamplingSettings Sampling = new() { ControlPeriod = TimeSpan.FromSeconds(1) };

    // A look of the worker at its thread comes with each order.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.2);

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
            var decision = GatePolicy.Decide(new GateSettings(), gate, input, GateLaw.Undamped);
            gate = decision.Event is { } happened ? gate.Apply(happened) : gate;
            core.Set(OrderFor(input, decision, core.Now));

            var ran = core.Run(Look);
            burnt += ran;
            if (decision.Position == GatePosition.Closed)
                Assert.InRange(ran, TimeSpan.Zero, Chunk);
        }

        Assert.True(burnt > TimeSpan.FromSeconds(1), "nothing was ever burnt, so nothing was shown");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Threads_that_die_or_hang_and_their_silence_do_not_either(int seed)
    {
        var random = new Random(seed);
        var worker = new Worker();
        var gate = GateState.Start;
        var (silence, disobeyed) = (0, TimeSpan.Zero);
        for (var i = 0; i < 1000; i++)
        {
            var input = GateInputs.Draw(random, VirtualMachine.Noon.AddSeconds(i));
            var decision = GatePolicy.Decide(new GateSettings(), gate, input, GateLaw.Undamped);
            gate = decision.Event is { } happened ? gate.Apply(happened) : gate;
            silence = silence > 0 ? silence - 1 : random.Next(40) == 0 ? random.Next(30) : 0;
            if (silence == 0 && worker.Tell(OrderFor(input, decision, worker.Core.Now)))
                disobeyed = TimeSpan.Zero;
            switch (random.Next(60))
            {
                case 0:
                    worker.Dies();
                    break;
                case 1:
                    worker.Core.IsStuck = true;
                    break;
            }

            var expired = worker.Core.Now >= worker.Core.Order.Until;
            var ran = worker.Run();
            if (!worker.Core.IsStuck && (expired || (silence == 0 && decision.Position == GatePosition.Closed)))
                Assert.InRange(ran, TimeSpan.Zero, Chunk);

            // Found out at the first look that finds a tenth of a second too much.
            disobeyed = worker.Core.IsStuck && silence == 0 && decision.Position == GatePosition.Closed ? disobeyed + ran : TimeSpan.Zero;
            Assert.InRange(disobeyed, TimeSpan.Zero, TimeSpan.FromSeconds(0.1) + Look);
        }

        Assert.True(worker.Ended > 0 && worker.Burnt > TimeSpan.FromSeconds(1), "nothing got stuck or nothing was ever burnt, so nothing was shown");
    }

    private static PaceOrder OrderFor(GateInput input, GateDecision decision, TimeSpan now)
    {
        var duty = DutyPolicy.Decide(
            Sampling, DutyState.Start, new CpuPlan(Percent.Of(80), input.At.AddMinutes(1)),
            new DutyInput(input.At, SampleOf(input), decision.Position, decision.Scale, [new CoreCondition(0, 0)]));
        return new PaceOrder(duty.Duties[0], now + duty.ValidFor);
    }

    [Fact]
    public void Without_further_orders_the_load_ends()
    {
        var core = new VirtualCore(Kernel.PrefersOthers, _ => false);
        core.Set(new PaceOrder(DutyCycle.Of(1), DutyPolicy.ValidFor(Sampling.ControlPeriod)));
        core.Run(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.Zero, core.Run(TimeSpan.FromSeconds(10)));
    }

    /// <summary>What the worker actor does with its thread: replaces a dead one, and ends the process of one that does not obey.</summary>
    private sealed class Worker
    {
        private Overrun _overrun;
        private DutyCycle _duty = DutyCycle.Idle;
        private (TimeSpan At, TimeSpan Ran) _looked;
        private bool _isDead;

        public VirtualCore Core { get; private set; } = new(Kernel.PrefersOthers, _ => false);

        public int Ended { get; private set; }

        public TimeSpan Burnt { get; private set; }

        public void Dies() => _isDead = true;

        /// <returns>Whether the thread was replaced.</returns>
        public bool Tell(PaceOrder order)
        {
            _overrun = _overrun.Apply(_duty, Core.Now - _looked.At, Core.Ran - _looked.Ran);
            Core.Set(order);
            (_duty, _looked) = (order.Duty, (Core.Now, Core.Ran));
            if (_overrun.Disobeys)
                Ended++;
            var replaced = _isDead || _overrun.Disobeys;
            if (replaced)
                Begin();
            return replaced;
        }

        public TimeSpan Run()
        {
            var ran = _isDead ? TimeSpan.Zero : Core.Run(Look);
            Burnt += ran;
            return ran;
        }

        private void Begin()
        {
            Core = new VirtualCore(Kernel.PrefersOthers, _ => false);
            (_overrun, _duty, _looked, _isDead) = (default, DutyCycle.Idle, default, false);
        }
    }
}

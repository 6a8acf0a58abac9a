using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Burning;

public class PacePolicyTests
{
    private static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(0.7);
    private static readonly TimeSpan Always = TimeSpan.FromDays(1);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static VirtualCore Alone(double duty) => Beside(Kernel.PrefersOthers, duty, _ => false);

    private static VirtualCore Beside(Kernel kernel, double duty, Func<TimeSpan, bool> others)
    {
        var core = new VirtualCore(kernel, others);
        core.Set(new PaceOrder(DutyCycle.Of(duty), Always));
        return core;
    }

    [Theory]
    [InlineData(0.002)]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.35)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void Alone_on_a_core_it_burns_its_duty_to_a_thousandth(double duty)
    {
        var periods = 500 * PacePolicy.Period;

        Assert.Equal(duty, Alone(duty).Run(periods) / periods, 0.001);
    }

    [Fact]
    public void Without_an_order_it_sleeps_until_one_arrives()
    {
        var core = new VirtualCore(Kernel.PrefersOthers, _ => false);

        Assert.Equal(TimeSpan.Zero, core.Run(Seconds(10)));
        Assert.True(core.SleepsUntilOrdered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void A_lower_duty_takes_effect_after_the_present_chunk(double lower)
    {
        var core = Alone(1);
        core.Run(Seconds(0.05));

        core.Set(new PaceOrder(DutyCycle.Of(lower), Always));

        Assert.InRange(core.Run(Seconds(0.04)), TimeSpan.Zero, Chunk);
    }

    [Fact]
    public void An_order_that_is_not_renewed_runs_out()
    {
        var core = new VirtualCore(Kernel.PrefersOthers, _ => false);
        core.Set(new PaceOrder(DutyCycle.Of(1), Seconds(2)));

        Assert.InRange(core.Run(Seconds(10)), Seconds(1.9), Seconds(2) + Chunk);
        Assert.True(core.SleepsUntilOrdered);
    }

    [Fact]
    public void Real_work_that_leaves_room_is_filled_up_round()
    {
        // Requests of 5 ms, 30 a second on average, at random.
        var random = new Random(5);
        var starts = Enumerable.Range(0, 900).Select(_ => random.NextDouble() * 30).ToArray();
        var busy = new bool[300_000];
        foreach (var start in starts)
            for (var i = (int)(start * 10_000); i < (int)(start * 10_000) + 50 && i < busy.Length; i++)
                busy[i] = true;
        var core = Beside(Kernel.PrefersOthers, 0.2, now => busy[Math.Min(now.Ticks / 1000, busy.Length - 1)]);

        Assert.InRange(core.Run(Seconds(30)) / Seconds(30), 0.18, 0.201);
    }

    [Fact]
    public void Real_work_in_long_stretches_is_made_up_for_between_them()
    {
        var core = Beside(Kernel.PrefersOthers, 0.05, now => now.TotalMilliseconds % 300 < 90);

        Assert.Equal(0.05, core.Run(Seconds(30)) / Seconds(30), 2);
    }

    [Theory]
    [InlineData(Kernel.PrefersOthers, 1)]
    [InlineData(Kernel.SharesEqually, 25)]
    public void Real_work_at_full_speed_gets_the_core_within_a_fifth_of_a_second(object kernel, double mostMilliseconds)
    {
        var core = Beside((Kernel)kernel, 1, now => now >= Seconds(5));
        core.Run(Seconds(5));

        Assert.InRange(core.Run(Seconds(0.2)).TotalMilliseconds, 0, mostMilliseconds);
        Assert.InRange(core.Run(Seconds(20)) / Seconds(20), 0, 0.01);
    }

    [Theory]
    [InlineData(Kernel.PrefersOthers)]
    [InlineData(Kernel.SharesEqually)]
    public void When_real_work_ends_the_core_is_used_again_within_five_seconds(object kernel)
    {
        var core = Beside((Kernel)kernel, 0.5, now => now >= Seconds(5) && now < Seconds(65));
        core.Run(Seconds(70));

        Assert.Equal(0.5, core.Run(Seconds(10)) / Seconds(10), 2);
    }

    [Fact]
    public void What_others_waited_for_is_next_to_nothing_where_they_come_first()
    {
        var core = Beside(Kernel.PrefersOthers, 0.3, now => now.TotalMilliseconds % 100 < 20);
        core.Run(Seconds(30));

        Assert.InRange(core.Taken / core.Ran, 0, 0.005);
    }

    [Fact]
    public void What_others_waited_for_is_what_we_ran_where_turns_are_shared()
    {
        var core = Beside(Kernel.SharesEqually, 1, _ => true);
        core.Run(Seconds(30));

        Assert.InRange(core.Taken / core.Ran, 0.4, 1.1);
    }
}

using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Cpu.Burning;

public class TakenTodayTests
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 21, 23, 59, 50, TimeSpan.Zero);

    private static CoreBurn Burn(int thread, double milliseconds) =>
        new(0, thread, DutyCycle.Idle, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void What_threads_took_adds_up_and_a_replaced_thread_counts_from_its_beginning()
    {
        var taken = TakenToday.None
            .Apply(Evening, Burn(7, 0), Burn(7, 3))
            .Apply(Evening, Burn(7, 3), Burn(7, 5))
            .Apply(Evening, Burn(7, 5), Burn(9, 1));

        Assert.Equal(TimeSpan.FromMilliseconds(6), taken.Sum);
    }

    [Fact]
    public void A_new_UTC_day_begins_at_nothing()
    {
        var taken = TakenToday.None.Apply(Evening, Burn(7, 0), Burn(7, 3)).Apply(Evening.AddSeconds(10), Burn(7, 3), Burn(7, 4));

        Assert.Equal(TimeSpan.FromMilliseconds(1), taken.Sum);
    }
}

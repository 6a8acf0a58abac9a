using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class GeneratorPolicyTests
{
    private static readonly GeneratorTiming Timing = new();

    [Fact]
    public void It_starts_after_the_debounce_and_the_least_rest()
    {
        var (at, state) = Run(GeneratorState.OffAt(TimeSpan.Zero), from: 0, until: GeneratorPhase.On, wished: true);
        Assert.Equal(20, at);

        (at, _) = Run(GeneratorState.OffAt(TimeSpan.Zero), from: 100, until: GeneratorPhase.On, wished: true);
        Assert.Equal(105, at);
        Assert.Equal(TimeSpan.FromSeconds(20), state.Since);
    }

    [Fact]
    public void A_flicker_of_the_wish_does_not_start_it()
    {
        var state = GeneratorState.OffAt(TimeSpan.Zero);
        for (var second = 100; second < 200; second++)
            state = GeneratorPolicy.Decide(Timing, state, wished: second % 5 != 0, TimeSpan.FromSeconds(second));

        Assert.Equal(GeneratorPhase.Off, state.Phase);
    }

    [Fact]
    public void It_stays_on_for_the_least_time()
    {
        var on = new GeneratorState(GeneratorPhase.On, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(95));

        Assert.Equal(115, Run(on, from: 101, until: GeneratorPhase.Off, wished: false).At);
        Assert.Equal(300, Run(on, from: 300, until: GeneratorPhase.Off, wished: false).At);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(9.9, true)]
    [InlineData(10, false)]
    [InlineData(19.9, false)]
    [InlineData(20, true)]
    [InlineData(1234567.5, true)]
    public void A_burst_is_followed_by_a_rest(double seconds, bool sending)
    {
        Assert.Equal(sending, GeneratorPolicy.InBurst(new NetworkSettings(), TimeSpan.FromSeconds(seconds)));
    }

    private static (int At, GeneratorState State) Run(GeneratorState state, int from, GeneratorPhase until, bool wished)
    {
        for (var second = from; second < from + 1000; second++)
        {
            state = GeneratorPolicy.Decide(Timing, state, wished, TimeSpan.FromSeconds(second));
            if (state.Phase == until)
                return (second, state);
        }
        throw new InvalidOperationException($"never {until}");
    }
}

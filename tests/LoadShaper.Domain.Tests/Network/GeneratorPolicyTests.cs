using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Domain.Tests.Network;

public sealed class GeneratorPolicyTests
{
    private static readonly GeneratorTiming Timing = new();

    private static readonly GeneratorInput On = new(
        DateTimeOffset.UnixEpoch, Wished: true, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), Peers: 2, Resolved: 2, Failed: 0, Udp: 2, Tcp: 0);

    [Fact]
    public void It_starts_after_the_debounce_and_the_minimum_rest()
    {
        Assert.Equal(GeneratorPhase.ActiveUdp, Decide(GeneratorPhase.Off, On));
        Assert.Equal(GeneratorPhase.Off, Decide(GeneratorPhase.Off, On with { WishedFor = TimeSpan.FromSeconds(4.9) }));
        Assert.Equal(GeneratorPhase.Off, Decide(GeneratorPhase.Off, On with { TurnedFor = TimeSpan.FromSeconds(19.9) }));
    }

    [Fact]
    public void It_stays_on_for_the_minimum_time_unless_it_is_forced_off()
    {
        var unwished = On with { Wished = false, TurnedFor = TimeSpan.FromSeconds(14.9) };

        Assert.Equal(GeneratorPhase.ActiveUdp, Decide(GeneratorPhase.ActiveUdp, unwished));
        Assert.Equal(GeneratorPhase.Off, Decide(GeneratorPhase.ActiveUdp, unwished with { TurnedFor = TimeSpan.FromSeconds(15) }));
        Assert.Equal(GeneratorPhase.Off, Decide(GeneratorPhase.ActiveUdp, unwished with { Forced = true }));
        Assert.Equal(GeneratorPhase.Off, Decide(GeneratorPhase.Off, On with { Forced = true }));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, GeneratorPhase.Initializing)]
    [InlineData(2, 0, 0, 0, GeneratorPhase.Validating)]
    [InlineData(2, 1, 0, 0, GeneratorPhase.Validating)]
    [InlineData(2, 2, 0, 0, GeneratorPhase.Error)]
    [InlineData(2, 0, 2, 0, GeneratorPhase.ActiveUdp)]
    [InlineData(2, 2, 0, 2, GeneratorPhase.ActiveTcp)]
    [InlineData(2, 1, 1, 0, GeneratorPhase.Degraded)]
    [InlineData(2, 1, 1, 1, GeneratorPhase.Degraded)]
    [InlineData(2, 2, 0, 1, GeneratorPhase.Degraded)]
    public void While_on_its_state_follows_the_peers(int resolved, int failed, int udp, int tcp, GeneratorPhase phase)
    {
        var input = On with { Resolved = resolved, Failed = failed, Udp = udp, Tcp = tcp };
        foreach (var before in Enum.GetValues<GeneratorPhase>())
            Assert.Equal(phase, Decide(before, input));
    }

    [Fact]
    public void Its_state_remembers_when_it_was_switched()
    {
        var state = GeneratorState.OffAt(TimeSpan.Zero).Wish(true, TimeSpan.FromSeconds(1)).Wish(true, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(1), state.WishedSince);
        Assert.Null(state.Wish(false, TimeSpan.FromSeconds(3)).WishedSince);

        var on = state.Turn(GeneratorPhase.Validating, TimeSpan.FromSeconds(5)).Turn(GeneratorPhase.ActiveUdp, TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.FromSeconds(5), on.Since);
        Assert.Equal(TimeSpan.FromSeconds(9), on.Turn(GeneratorPhase.Off, TimeSpan.FromSeconds(9)).Since);
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

    private static GeneratorPhase Decide(GeneratorPhase phase, GeneratorInput input) => GeneratorPolicy.Decide(Timing, phase, input);
}

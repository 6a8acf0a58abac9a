using System.Diagnostics;
using LoadShaper.LoadTest.Engine.Native;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class PollerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_ends_at_its_time_and_not_before(bool timerFd)
    {
        using var poller = new Poller(timerFd);
        Assert.Equal(timerFd ? "epoll_wait with timerfd" : "epoll_pwait2", poller.Name);
        var origin = Stopwatch.GetTimestamp();
        for (var i = 1; i <= 20; i++)
        {
            var until = i * 1_000_000L;
            for (var now = Now(); now < until; now = Now())
            {
                var count = poller.Wait(now, until, origin);
                for (var e = 0; e < count; e++)
                    Assert.False(poller.Event(e, out _, out _));
            }
        }

        long Now() => Stopwatch.GetTimestamp() - origin;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_thread_can_end_a_wait(bool timerFd)
    {
        using var poller = new Poller(timerFd);
        var origin = Stopwatch.GetTimestamp();
        var woken = Task.Run(() =>
        {
            while (!poller.Woken)
            {
                var count = poller.Wait(0, 3_600_000_000_000, origin);
                for (var e = 0; e < count; e++)
                    poller.Event(e, out _, out _);
            }
        });
        poller.Wake();
        await woken.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_wait_in_the_past_returns_at_once()
    {
        using var poller = new Poller(forceTimerFd: true);
        Assert.Equal(0, poller.Wait(5, 4, Stopwatch.GetTimestamp()));
    }
}

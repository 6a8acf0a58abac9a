using System.Net;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Health;
using LoadShaper.Daemon.Tests.Supervision;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

public sealed class LivenessTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private async Task<Liveness> WithAsync(params string[] children)
    {
        await ActorTree.StartAsync(Sys, children);
        return new Liveness(Sys);
    }

    [Fact]
    public async Task All_actors_answer()
    {
        Assert.Empty(await (await WithAsync(ActorTree.Names)).SilentAsync(Long));
    }

    [Fact]
    public async Task An_actor_that_hangs_is_named_and_answers_again_when_it_goes_on()
    {
        var liveness = await WithAsync(ActorTree.Names);
        using var blocked = new ManualResetEventSlim();
        Sys.ActorSelection("/user/loadshaper/cpu").Tell(blocked);

        Assert.Equal(["cpu"], await liveness.SilentAsync(Short));

        blocked.Set();
        Assert.Empty(await liveness.SilentAsync(Long));
    }

    [Fact]
    public async Task An_actor_that_is_gone_is_silent()
    {
        Assert.Equal(["health"], await (await WithAsync(ActorTree.Names[..^1])).SilentAsync(Long));
    }

    [Fact]
    public async Task Without_a_supervisor_nothing_answers()
    {
        Assert.Equal(["supervisor", .. ActorTree.Names], await new Liveness(Sys).SilentAsync(Short));
    }

    [Fact]
    public async Task Live_stays_200_while_health_is_503_and_turns_503_when_an_actor_is_gone()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        var memory = await daemon.ChildAsync("memory");
        await daemon.ChildAsync("sampler");

        using (var live = await daemon.Client.GetAsync(new Uri(daemon.Health, "/live")))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal("live", (await daemon.GetAsync("/live")).GetProperty("status").GetString());

        await memory.GracefulStop(Long);

        using (var live = await daemon.Client.GetAsync(new Uri(daemon.Health, "/live")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, live.StatusCode);
        Assert.Equal("memory", (await daemon.GetAsync("/live")).GetProperty("silent")[0].GetString());
    }
}

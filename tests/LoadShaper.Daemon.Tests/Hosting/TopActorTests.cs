using Akka.Actor;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Tests.Supervision;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

/// <summary>Without its top actor the process runs, answers and protects nothing: it has to end.</summary>
public sealed class TopActorTests
{
    public static TheoryData<string> Ends => ["fails", "is stopped", "is poisoned", "is terminated with its system"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_of_the_top_actor_without_a_stop_request_ends_the_process_as_a_failure(string how)
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");
        var top = await daemon.System.ActorSelection("/user/loadshaper").ResolveOne(TimeSpan.FromSeconds(30));

        switch (how)
        {
            case "fails":
                top.Tell(Kill.Instance);
                break;
            case "is stopped":
                daemon.System.Stop(top);
                break;
            case "is poisoned":
                top.Tell(PoisonPill.Instance);
                break;
            default:
                await daemon.System.Terminate();
                break;
        }

        await daemon.Stopping.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.All(daemon.Fatal, cause => Assert.IsType<TopActorEndedException>(cause));
        Assert.NotEmpty(daemon.Fatal);
    }

    [Fact]
    public async Task A_requested_stop_is_not_a_failure()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");

        await daemon.StopAsync();
        await daemon.System.WhenTerminated.WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Empty(daemon.Fatal);
    }
}

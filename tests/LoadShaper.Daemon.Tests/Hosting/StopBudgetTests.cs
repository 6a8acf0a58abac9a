using Akka.Actor;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Tests.Supervision;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

public sealed class StopBudgetTests
{
    [Fact]
    public void All_steps_of_a_stop_add_up_to_less_than_an_orchestrator_waits()
    {
        var steps = StopBudget.Children.Sum(child => child.Limit.TotalSeconds) + StopBudget.ActorSystem.TotalSeconds + StopBudget.Exit.TotalSeconds;

        Assert.True(steps < StopBudget.All.TotalSeconds, $"{steps} s of steps in {StopBudget.All}");
        Assert.True(StopBudget.All < StopBudget.Orchestrator, $"{StopBudget.All}");
    }

    [Fact]
    public async Task The_table_is_in_force_and_names_every_child()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        var always = StopBudget.Children.Where(child => !child.IsOptional).ToArray();
        foreach (var child in always)
            await daemon.ChildAsync(child.Name);
        var top = (ActorRefWithCell)await daemon.System.ActorSelection("/user/loadshaper").ResolveOne(TimeSpan.FromSeconds(30));

        Assert.Equal(
            always.Select(child => child.Name).Order(StringComparer.Ordinal),
            top.Children.Select(child => child.Path.Name).Order(StringComparer.Ordinal));
        var shutdown = CoordinatedShutdown.Get(daemon.System);
        Assert.Equal(StopBudget.TreePhase, shutdown.Timeout(CoordinatedShutdown.PhaseBeforeServiceUnbind));
        Assert.Equal(StopBudget.ActorSystem, shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
        Assert.Equal((StopBudget.Host, true), (daemon.HostOptions.ShutdownTimeout, daemon.HostOptions.ServicesStopConcurrently));
    }
}

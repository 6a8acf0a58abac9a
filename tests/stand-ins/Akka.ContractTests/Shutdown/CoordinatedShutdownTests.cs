using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.ContractTests.Shutdown;

public class CoordinatedShutdownTests : Contract
{
    private readonly ConcurrentQueue<string> _ran = new();

    [Fact]
    public async Task Tasks_run_phase_by_phase_and_the_system_ends_last()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Add(shutdown, CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last");
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "second");
        Add(shutdown, CoordinatedShutdown.PhaseBeforeServiceUnbind, "first");
        await Run(shutdown);
        Assert.Equal(["first", "second", "last"], _ran);
        Assert.True(Sys.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_phase_waits_for_its_tasks()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        var gate = new TaskCompletionSource();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "slow", async () =>
        {
            await gate.Task;
            _ran.Enqueue("slow");
            return Done.Instance;
        });
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "next");
        var run = Run(shutdown);
        Assert.Empty(_ran);
        gate.SetResult();
        await run;
        Assert.Equal(["slow", "next"], _ran);
    }

    [Fact]
    public async Task A_task_that_fails_is_logged_and_the_next_phases_go_on()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new Asked()));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "throws", () => throw new Asked());
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "next");
        await Run(shutdown);
        Assert.Equal(["next"], _ran);
    }

    [Fact]
    public async Task It_runs_once_and_every_caller_waits_for_the_same_run()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        Add(shutdown, CoordinatedShutdown.PhaseServiceStop, "once");
        var first = Run(shutdown);
        await Run(shutdown);
        await first;
        Assert.Equal(["once"], _ran);
        Assert.IsType<CoordinatedShutdown.ClrExitReason>(shutdown.ShutdownReason);
    }

    [Fact]
    public async Task Ending_the_system_runs_it()
    {
        Add(CoordinatedShutdown.Get(Sys), CoordinatedShutdown.PhaseServiceStop, "ran");
        await Sys.Terminate().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["ran"], _ran);
    }

    [Fact]
    public void A_task_needs_a_phase_that_exists() =>
        Assert.Throws<ConfigurationException>(() => Add(CoordinatedShutdown.Get(Sys), "no-such-phase", "never"));

    private static Task Run(CoordinatedShutdown shutdown) =>
        shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(TimeSpan.FromSeconds(10));

    private void Add(CoordinatedShutdown shutdown, string phase, string name) => shutdown.AddTask(phase, name, () =>
    {
        _ran.Enqueue(name);
        return Task.FromResult(Done.Instance);
    });
}

public class CoordinatedShutdownTimeoutTests() : Contract("akka.coordinated-shutdown.phases.service-unbind.timeout = 100ms")
{
    [Fact]
    public async Task A_phase_that_takes_too_long_is_left_behind()
    {
        var shutdown = CoordinatedShutdown.Get(Sys);
        var ran = false;
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "never ends", () => new TaskCompletionSource<Done>().Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "next", () =>
        {
            ran = true;
            return Task.FromResult(Done.Instance);
        });
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(ran);
    }
}

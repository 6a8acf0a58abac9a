using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

/// <summary>Real threads on the CPUs of this machine. They are ranked below everything, so each condition may take its time.</summary>
[Collection(RealThreads.Name)]
public sealed class DutyCycleThreadTests : IDisposable
{
    private static readonly int Cpu = LinuxThread.UsableCpus(0)[^1];

    private readonly List<DutyCycleThread> _threads = [];

    public void Dispose() => _threads.ForEach(thread => thread.Stop());

    private DutyCycleThread Start(int cpu, Action? betweenChunks = null)
    {
        var thread = new DutyCycleThread(cpu, betweenChunks);
        _threads.Add(thread);
        thread.Start();
        return thread;
    }

    private DutyCycleThread Ready()
    {
        var thread = Start(Cpu);
        Until.True(() => thread.ThreadId > 0);
        return thread;
    }

    private static PaceOrder Order(double duty, double seconds = 600) =>
        new(DutyCycle.Of(duty), LinuxClock.Monotonic + TimeSpan.FromSeconds(seconds));

    private static string[] Stat(DutyCycleThread thread)
    {
        var text = File.ReadAllText($"/proc/self/task/{thread.ThreadId}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static bool Sleeps(DutyCycleThread thread) => Stat(thread)[0] == "S";

    // Over two pacing periods it does not run at all: a thread that still paces would burn its share in each.
    private static void AssertAtRest(DutyCycleThread thread) => Until.True(() =>
    {
        var ran = thread.Ran;
        Thread.Sleep(2 * PacePolicy.Period);
        return Sleeps(thread) && thread.Ran == ran;
    });

    [Fact]
    public void It_is_pinned_and_ranked_below_everything()
    {
        var thread = Ready();

        const int nice = 16;
        const int policy = 38;
        Assert.Equal("19", Stat(thread)[nice]);
        Assert.Equal("5", Stat(thread)[policy]);
        Assert.Contains($"Cpus_allowed_list:\t{Cpu}\n", File.ReadAllText($"/proc/self/task/{thread.ThreadId}/status"));
    }

    [Fact]
    public void Only_its_own_thread_steps_back()
    {
        Ready();

        var text = File.ReadAllText("/proc/thread-self/stat");
        Assert.NotEqual("19", text[(text.LastIndexOf(')') + 2)..].Split(' ')[16]);
    }

    [Fact]
    public void Without_an_order_it_sleeps()
    {
        AssertAtRest(Ready());
    }

    [Fact]
    public void Ordered_to_burn_it_burns_and_ordered_to_idle_it_stops()
    {
        var thread = Ready();
        thread.Set(Order(1));
        Until.True(() => thread.Ran > TimeSpan.FromMilliseconds(50));

        thread.Set(PaceOrder.Idle);

        AssertAtRest(thread);
    }

    [Fact]
    public void An_order_that_is_not_renewed_expires()
    {
        var thread = Ready();
        thread.Set(Order(1, seconds: 0.3));

        Until.True(() => LinuxClock.Monotonic > thread.Order.Until);
        AssertAtRest(thread);
    }

    [Fact]
    public void After_running_out_it_takes_a_new_order()
    {
        var thread = Ready();
        thread.Set(Order(1, seconds: 0.1));
        Until.True(() => LinuxClock.Monotonic > thread.Order.Until && Sleeps(thread));
        var ran = thread.Ran!.Value;

        thread.Set(Order(1));

        Until.True(() => thread.Ran > ran + TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void Ordered_to_stop_it_ends()
    {
        var thread = Ready();
        thread.Set(Order(1));

        thread.Stop();

        Until.True(() => thread.Ran is null);
        Assert.Null(thread.Failure);
    }

    [Fact]
    public void A_CPU_that_is_not_there_is_a_failure_that_says_so()
    {
        var thread = Start(4000);

        Until.True(() => thread.Failure is not null);
        Assert.Contains("CPU 4000 cannot be used", thread.Failure!.Message);
    }

    [Fact]
    public void An_exception_on_the_thread_ends_it_and_its_load()
    {
        var thread = Start(Cpu, () => throw new InvalidOperationException("broken"));
        thread.Set(Order(1));

        Until.True(() => thread.Failure is not null);
        Until.True(() => thread.Ran is null);
        Assert.Equal("broken", thread.Failure!.Message);
    }

    [Fact]
    public void The_kernel_says_which_CPUs_may_be_used()
    {
        var usable = LinuxThread.UsableCpus(Environment.ProcessId);

        Assert.Equal(Environment.ProcessorCount, usable.Count);
        Assert.Equal(usable.Order(), usable);
    }
}

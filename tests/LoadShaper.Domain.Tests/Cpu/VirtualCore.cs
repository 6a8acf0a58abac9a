using LoadShaper.Domain.Cpu.Burning;

namespace LoadShaper.Domain.Tests.Cpu;

/// <summary>What a kernel does with a core that a burning thread and real work both want.</summary>
internal enum Kernel
{
    /// <summary>As with SCHED_IDLE in one group: real work first, and a millisecond in 300 for the thread.</summary>
    PrefersOthers,

    /// <summary>As between groups of equal weight: turns of 3 ms.</summary>
    SharesEqually,
}

/// <summary>One core, a burning thread and real work under virtual time, in steps of 0.1 ms.</summary>
internal sealed class VirtualCore(Kernel kernel, Func<TimeSpan, bool> othersWant)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(0.1);
    private const int StepsPerChunk = 7;

    private PaceState _state;
    private TimeSpan _sleepUntil = TimeSpan.Zero;
    private int _chunk;
    private int _turn;

    public TimeSpan Now { get; private set; }

    public TimeSpan Ran { get; private set; }

    public TimeSpan Waited { get; private set; }

    public TimeSpan Taken => _state.Taken;

    public PaceOrder Order { get; private set; } = PaceOrder.Idle;

    /// <summary>Burns on without ever looking at its orders.</summary>
    public bool IsStuck { get; set; }

    public bool SleepsUntilOrdered => _chunk == 0 && _sleepUntil == TimeSpan.MaxValue;

    public void Set(PaceOrder order)
    {
        Order = order;
        if (!order.Duty.IsIdle)
            _sleepUntil = TimeSpan.Zero;
    }

    /// <summary>Lets time pass; returns the CPU time that the thread got.</summary>
    public TimeSpan Run(TimeSpan duration)
    {
        var (end, before) = (Now + duration, Ran);
        while (Now < end)
        {
            var wants = Now >= _sleepUntil;
            var others = othersWant(Now);
            Now += Step;
            _turn = wants && others ? _turn + 1 : 0;
            if (wants)
                Use(runs: !others || kernel switch
                {
                    Kernel.PrefersOthers => _turn % 3000 >= 2990,
                    _ => _turn % 60 >= 30,
                });
        }

        return Ran - before;
    }

    // A chunk is burnt to its end, and only then does the thread decide what is next.
    private void Use(bool runs)
    {
        if (!runs)
        {
            Waited += Step;
            return;
        }

        if (_chunk == 0)
        {
            Decide();
            if (_chunk == 0)
                return;
        }

        Ran += Step;
        if (--_chunk == 0)
            Decide();
    }

    private void Decide()
    {
        if (IsStuck)
        {
            _chunk = StepsPerChunk;
            return;
        }

        var step = PacePolicy.Decide(Order, _state, new PaceInput(Now, Ran, Waited));
        _state = step.State;
        _sleepUntil = step.SleepUntil ?? TimeSpan.Zero;
        _chunk = step.SleepUntil is null ? StepsPerChunk : 0;
    }
}

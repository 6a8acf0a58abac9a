using System.Globalization;
using Akka.Actor;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Cpu;

/// <summary>Owns the burning thread of one CPU. Restarted, it begins at zero duty with a new thread.</summary>
internal sealed class CpuWorker : ReceiveActor
{
    /// <summary>Answered with <see cref="CoreBurn"/>.</summary>
    public sealed record SetDuty(DutyCycle Duty, TimeSpan ValidFor)
    {
        public static readonly SetDuty Idle = new(DutyCycle.Idle, TimeSpan.Zero);
    }

    /// <summary>The CPUs that may be used have changed, and with them perhaps where the kernel lets the thread run.</summary>
    public sealed record PinAgain
    {
        public static readonly PinAgain Instance = new();
    }

    private readonly int _cpu;
    private readonly DutyCycleThread _thread;
    private DutyCycle _duty = DutyCycle.Idle;
    private (TimeSpan At, TimeSpan Ran)? _looked;
    private Overrun _overrun;

    public CpuWorker(int cpu, Func<int, DutyCycleThread> createThread)
    {
        _cpu = cpu;
        _thread = createThread(cpu);
        Receive<SetDuty>(Set);
        Receive<PinAgain>(_ =>
        {
            if (_thread.ThreadId is > 0 and var id)
                LinuxThread.Pin(id, _cpu);
        });
    }

    protected override void PreStart() => _thread.Start();

    protected override void PostStop() => _thread.Stop();

    private void Set(SetDuty order)
    {
        var before = _duty;
        _duty = order.Duty;
        _thread.Set(new PaceOrder(order.Duty, LinuxClock.Monotonic + order.ValidFor));
        if (_thread.Failure is { } failure)
            throw new BurningFailedException($"the burning thread of CPU {_cpu} ended: {failure.Message}", failure);
        Check(before);
        Sender.Tell(new CoreBurn(_cpu, _thread.ThreadId, _duty, _thread.Ran ?? TimeSpan.Zero, _thread.Waited, _thread.Taken));
    }

    private void Check(DutyCycle highest)
    {
        if (_thread.Ran is not { } ran)
            return;
        var now = LinuxClock.Monotonic;
        if (_looked is { } last)
            _overrun = _overrun.Apply(highest, now - last.At, ran - last.Ran);
        _looked = (now, ran);
        if (_overrun.Disobeys)
            throw new BurningUnstoppableException(string.Create(CultureInfo.InvariantCulture,
                $"the burning thread of CPU {_cpu} does not stop: it used {_overrun.Excess.TotalMilliseconds:0} ms of CPU more than was ordered"));
    }
}

/// <summary>A burning thread ended by itself; a restart begins a new one.</summary>
internal sealed class BurningFailedException(string message, Exception cause) : Exception(message, cause);

/// <summary>A burning thread does not obey. A thread cannot be ended from outside: the process has to end.</summary>
internal sealed class BurningUnstoppableException(string message) : Exception(message);

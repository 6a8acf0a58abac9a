using System.Runtime.CompilerServices;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Sampling.Proc;
using LoadShaper.Domain.Units;
using Microsoft.Win32.SafeHandles;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// Keeps one CPU busy for a share of the time, ranked below everything else. Lower duty and idle take effect within one
/// chunk, and an order that is not renewed runs out by itself.
/// </summary>
/// <remarks>
/// The thread may be starved for seconds at any instruction. So it shares no lock with anybody, allocates nothing, burns
/// only inside <see cref="Thread.SpinWait"/> with at least 1024 iterations (there the garbage collector does not wait for
/// it), and has everything compiled before it steps back.
/// </remarks>
internal sealed unsafe class DutyCycleThread
{
    private const int LeastIterations = 1024;
    private const int MostIterations = 4_000_000;
    private const int SchedstatBytes = 96;

    private static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(0.7);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(1);

    // Off the CPU for longer than this between two looks: worth asking the kernel why.
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(0.1);

    private readonly int _cpu;
    private readonly Action? _betweenChunks;
    private readonly Thread _thread;

    // The word that the thread sleeps on; pinned, because the kernel knows it by its address.
    private readonly int[] _bell = GC.AllocateArray<int>(1, pinned: true);
    private volatile PaceOrder _order = PaceOrder.Idle;
    private volatile bool _stopping;
    private volatile int _threadId;
    private volatile Exception? _failure;
    private long _waited;
    private long _taken;

    private int _schedstat = -1;
    private int _iterations = 16 * LeastIterations;

    /// <param name="cpu">The CPU to burn on.</param>
    /// <param name="betweenChunks">Called by the burning thread between chunks; tests make it get stuck there.</param>
    public DutyCycleThread(int cpu, Action? betweenChunks = null)
    {
        _cpu = cpu;
        _betweenChunks = betweenChunks;
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"burn-{cpu}" };
    }

    /// <summary>The kernel's id of the thread; 0 until it is ready to burn.</summary>
    public int ThreadId => _threadId;

    /// <summary>What ended the thread; null while it lives or when it was stopped.</summary>
    public Exception? Failure => _failure;

    /// <summary>CPU time so far, by the kernel; null when the thread is not there.</summary>
    public TimeSpan? Ran => _threadId == 0 ? null : LinuxClock.ThreadCpu(_threadId);

    /// <summary>Run-queue delay so far, as the thread last saw it.</summary>
    public TimeSpan Waited => new(Volatile.Read(ref _waited));

    /// <summary>How long others waited for this thread so far, estimated.</summary>
    public TimeSpan Taken => new(Volatile.Read(ref _taken));

    /// <summary>The order in force.</summary>
    public PaceOrder Order => _order;

    public void Start() => _thread.Start();

    /// <summary>A burning thread sees an order to idle after its chunk; a sleeping one is not woken for it.</summary>
    public void Set(PaceOrder order)
    {
        _order = order;
        if (!order.Duty.IsIdle)
            Ring();
    }

    /// <summary>Ends the thread after its current chunk. Does not wait for it: it may be starved.</summary>
    public void Stop()
    {
        _order = PaceOrder.Idle;
        _stopping = true;
        Ring();
    }

    private int* Bell => (int*)Unsafe.AsPointer(ref _bell[0]);

    private void Ring()
    {
        Interlocked.Increment(ref _bell[0]);
        LinuxThread.Wake(Bell);
    }

    private void Run()
    {
        try
        {
            LinuxThread.Pin(0, _cpu);
            LinuxThread.AllowLateWaking(Slack);
            using var schedstat = OpenSchedstat();
            _schedstat = schedstat is null ? -1 : (int)schedstat.DangerousGetHandle();
            WarmUp();
            LinuxThread.RankLowest();
            _threadId = LinuxThread.CurrentId();
            Burn();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    // Every method that Burn calls has run before the thread steps back: compiling takes locks that others need.
    private void WarmUp()
    {
        var always = new PaceOrder(DutyCycle.Of(1), TimeSpan.MaxValue);
        var state = default(PaceState);
        for (var i = 0; i < 32; i++)
        {
            var look = Look(state.Last, slept: i % 3 == 0);
            state = PacePolicy.Decide(i % 2 == 0 ? always : PaceOrder.Idle, state, look).State;
            Publish(state);
            Thread.SpinWait(LeastIterations);
            Calibrate(Chunk);
            LinuxThread.Wait(Bell, _bell[0], TimeSpan.Zero);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Burn()
    {
        var state = default(PaceState);
        var slept = true;
        while (!_stopping)
        {
            var bell = Volatile.Read(ref _bell[0]);
            var look = Look(state.Last, slept);
            if (!slept)
                Calibrate(look.Ran - state.Last.Ran);
            var step = PacePolicy.Decide(_order, state, look);
            state = step.State;
            Publish(state);
            slept = step.SleepUntil is not null;
            if (step.SleepUntil is { } until)
                LinuxThread.Wait(Bell, bell, until);
            else
                Thread.SpinWait(_iterations);
            _betweenChunks?.Invoke();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PaceInput Look(in PaceInput last, bool slept)
    {
        var now = LinuxClock.Monotonic;
        var ran = LinuxClock.ThreadCpu();
        var off = now - last.Now - (ran - last.Ran);
        var waited = last.Waited;

        // Asking costs microseconds. A kernel that does not answer leaves the time off the CPU as the estimate.
        if (slept || off > Suspicious)
            waited = ReadWaited() ?? (slept ? waited : waited + off);
        return new PaceInput(now, ran, waited);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TimeSpan? ReadWaited()
    {
        if (_schedstat < 0)
            return null;
        var buffer = stackalloc byte[SchedstatBytes];
        var length = LinuxThread.Read(_schedstat, buffer, SchedstatBytes);
        return length <= 0 ? null : ProcSchedstat.Parse(new ReadOnlySpan<byte>(buffer, length))?.Waited;
    }

    // The pace of SpinWait differs from machine to machine, and the runtime changes its mind about it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Calibrate(TimeSpan ran)
    {
        if (ran.Ticks <= 0)
            return;
        var next = _iterations * (double)Chunk.Ticks / ran.Ticks;
        next = Math.Min(Math.Max(next, _iterations / 2), _iterations * 2.0);
        _iterations = (int)Math.Min(Math.Max(next, LeastIterations), MostIterations);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Publish(in PaceState state)
    {
        Volatile.Write(ref _waited, state.Last.Waited.Ticks);
        Volatile.Write(ref _taken, state.Taken.Ticks);
    }

    private static SafeFileHandle? OpenSchedstat()
    {
        try
        {
            return File.OpenHandle("/proc/thread-self/schedstat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Cpu;

/// <summary>The clocks that pacing goes by. Compiled at once, because burning threads call them (see <see cref="DutyCycleThread"/>).</summary>
internal static unsafe class LinuxClock
{
    private const int MonotonicClock = 1;
    private const int OwnThread = 3;
    private const int PerThread = 0b110;

    /// <summary>The monotonic clock, the same that the kernel's deadlines are in.</summary>
    public static TimeSpan Monotonic
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        get => Get(MonotonicClock) ?? throw new InvalidOperationException("clock_gettime failed for CLOCK_MONOTONIC");
    }

    /// <summary>CPU time of the calling thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TimeSpan ThreadCpu() => Get(OwnThread) ?? throw new InvalidOperationException("clock_gettime failed for CLOCK_THREAD_CPUTIME_ID");

    /// <summary>CPU time of a thread of this process; null when it is gone.</summary>
    public static TimeSpan? ThreadCpu(int threadId) => Get((~threadId << 3) | PerThread);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TimeSpan? Get(int clock)
    {
        long* time = stackalloc long[2];
        return GetTime(clock, time) == 0 ? new TimeSpan(time[0] * TimeSpan.TicksPerSecond + time[1] / 100) : null;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, long* time);
}

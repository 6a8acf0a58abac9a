using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Cpu;

/// <summary>
/// What the kernel offers for one thread. System calls go by number: musl answers sched_setscheduler with ENOSYS, and
/// glibc and musl do not wrap futex or gettid everywhere.
/// </summary>
internal static unsafe class LinuxThread
{
    private const int SchedIdle = 5;
    private const int PrioProcess = 0;
    private const int LowestNice = 19;
    private const int SetTimerSlack = 29;
    private const int FutexWaitBitsetPrivate = 9 | 128;
    private const int FutexWakePrivate = 1 | 128;
    private const int MatchAny = -1;
    private const int Interrupted = 4;
    private const int ValueChanged = 11;
    private const int TimedOut = 110;

    // CPUs beyond this are not used; the kernel refuses a mask that is shorter than its own.
    private const int MaskBytes = 1024;

    private static readonly Numbers Call = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => new(GetTid: 186, SetScheduler: 144, SetPriority: 141, SetAffinity: 203, GetAffinity: 204, Prctl: 157, Futex: 202, Pread: 17),
        Architecture.Arm64 => new(GetTid: 178, SetScheduler: 119, SetPriority: 140, SetAffinity: 122, GetAffinity: 123, Prctl: 167, Futex: 98, Pread: 67),
        var other => throw new PlatformNotSupportedException($"LoadShaper runs on x64 and arm64, not on {other}."),
    };

    public static int CurrentId() => (int)Syscall(Call.GetTid, 0, 0, 0, 0, 0, 0);

    /// <summary>Ranks the calling thread below all others: SCHED_IDLE, or nice 19 where that is refused. It cannot be undone.</summary>
    /// <returns>Null with SCHED_IDLE; why it was refused where nice 19 took its place.</returns>
    /// <exception cref="Win32Exception">Both were refused.</exception>
    public static string? RankLowest()
    {
        var priority = 0;
        var nice = Syscall(Call.SetPriority, PrioProcess, 0, LowestNice, 0, 0, 0);
        var idle = Syscall(Call.SetScheduler, 0, SchedIdle, (nint)(&priority), 0, 0, 0);
        if (idle == 0)
            return null;
        var refused = Marshal.GetPInvokeErrorMessage(Marshal.GetLastSystemError());
        return nice == 0 ? refused : throw Failed("SCHED_IDLE and nice 19 are both refused");
    }

    /// <summary>Pins a thread of this process, 0 for the calling one, to one CPU.</summary>
    /// <exception cref="Win32Exception">The CPU is offline or not ours.</exception>
    public static void Pin(int threadId, int cpu)
    {
        var mask = stackalloc byte[MaskBytes];
        Unsafe.InitBlock(mask, 0, MaskBytes);
        mask[cpu / 8] = (byte)(1 << (cpu % 8));
        if (Syscall(Call.SetAffinity, threadId, MaskBytes, (nint)mask, 0, 0, 0) != 0)
            throw Failed($"CPU {cpu} cannot be used");
    }

    /// <summary>The CPUs that a thread may run on: online, in its mask and in its cpuset. Empty when the kernel does not say.</summary>
    public static IReadOnlyList<int> UsableCpus(int threadId)
    {
        var mask = stackalloc byte[MaskBytes];
        var bytes = Syscall(Call.GetAffinity, threadId, MaskBytes, (nint)mask, 0, 0, 0);
        var cpus = new List<int>();
        for (var cpu = 0; cpu < 8 * bytes; cpu++)
            if ((mask[cpu / 8] & (1 << (cpu % 8))) != 0)
                cpus.Add(cpu);
        return cpus;
    }

    /// <summary>Lets the kernel wake the calling thread up to this much late, together with others.</summary>
    public static void AllowLateWaking(TimeSpan slack) =>
        Syscall(Call.Prctl, SetTimerSlack, (nint)(slack.Ticks * 100), 0, 0, 0, 0);

    /// <summary>Sleeps until <see cref="Wake"/>, or a moment of the monotonic clock, or while the word is not as expected.</summary>
    /// <exception cref="Win32Exception">The kernel does not let us sleep.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wait(int* word, int expected, TimeSpan until)
    {
        var deadline = new Timespec(until.Ticks / TimeSpan.TicksPerSecond, until.Ticks % TimeSpan.TicksPerSecond * 100);
        var timeout = until == TimeSpan.MaxValue ? null : &deadline;
        if (Syscall(Call.Futex, (nint)word, FutexWaitBitsetPrivate, expected, (nint)timeout, 0, MatchAny) == 0)
            return;
        if (Marshal.GetLastSystemError() is not (Interrupted or ValueChanged or TimedOut))
            throw Failed("the thread cannot sleep");
    }

    public static void Wake(int* word) => Syscall(Call.Futex, (nint)word, FutexWakePrivate, int.MaxValue, 0, 0, 0);

    /// <summary>Reads a file from its beginning; -1 on failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(int descriptor, byte* buffer, int length) =>
        (int)Syscall(Call.Pread, descriptor, (nint)buffer, length, 0, 0, 0);

    private static Win32Exception Failed(string what)
    {
        var error = Marshal.GetLastSystemError();
        return new Win32Exception(error, $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint Syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    private readonly record struct Timespec(long Seconds, long Nanoseconds);

    private sealed record Numbers(
        int GetTid, int SetScheduler, int SetPriority, int SetAffinity, int GetAffinity, int Prctl, int Futex, int Pread);
}

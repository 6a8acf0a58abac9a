using System.Runtime.InteropServices;

namespace LoadShaper.LoadTest.Engine.Native;

/// <summary>System calls that make delays exact: when data arrived, and how soon a thread runs that became runnable.</summary>
internal static unsafe partial class Libc
{
    private const int TimestampNanoseconds = 35;
    private const long ShortestSlice = 100_000;
    private const int SchedulerOther = 0;
    private const int SchedulerBatch = 3;

    private static readonly (int Set, int Get) SchedulerAttributes =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? (314, 315) : (274, 275);

    /// <summary>The kernel records when data arrives, see <see cref="ReceiveAt"/>. Sockets that are accepted from a listener inherit it.</summary>
    internal static void RecordArrival(int fd) => _ = SetOption(fd, SocketLevel, TimestampNanoseconds, 1);

    /// <summary>Receives, and says when the last of the bytes arrived.</summary>
    /// <param name="arrived">Nanoseconds since 1970 by the wall clock; 0: unknown, as on unix sockets.</param>
    internal static nint ReceiveAt(int fd, Span<byte> buffer, out long arrived)
    {
        arrived = 0;
        var control = default(ArrivalControl);
        fixed (byte* p = buffer)
        {
            var part = new IoVector { Base = p, Length = (nuint)buffer.Length };
            var message = new MessageHeader { Vectors = &part, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(ArrivalControl) };
            var count = recvmsg(fd, &message, 0);
            if (count > 0 && message.ControlLength > 0 && control is { Level: SocketLevel, Type: TimestampNanoseconds })
                arrived = control.Seconds * 1_000_000_000 + control.Nanoseconds;
            return count;
        }
    }

    /// <summary>
    /// The calling thread asks for slices of 0.1 ms in place of about 3 ms: on a busy CPU it runs sooner after it became
    /// runnable, and gets no larger share of the CPU. Linux 6.12; without effect before that.
    /// </summary>
    internal static void ShortenSlice()
    {
        SchedulingAttributes attributes;
        if (syscall6(SchedulerAttributes.Get, 0, (nint)(&attributes), sizeof(SchedulingAttributes), 0, 0, 0) < 0 || attributes.Policy is not (SchedulerOther or SchedulerBatch))
            return;
        attributes.Runtime = (ulong)ShortestSlice;
        _ = syscall6(SchedulerAttributes.Set, 0, (nint)(&attributes), 0, 0, 0, 0);
    }

    private struct IoVector
    {
        internal byte* Base;
        internal nuint Length;
    }

    private struct MessageHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal IoVector* Vectors;
        internal nuint VectorCount;
        internal void* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary>struct cmsghdr with a struct timespec.</summary>
    private readonly record struct ArrivalControl(nuint Length, int Level, int Type, long Seconds, long Nanoseconds);

    /// <summary>struct sched_attr in its first version.</summary>
    private struct SchedulingAttributes
    {
        internal uint Size;
        internal uint Policy;
        internal ulong Flags;
        internal int Nice;
        internal uint Priority;
        internal ulong Runtime;
        internal ulong Deadline;
        internal ulong Period;
    }

    [LibraryImport("libc")]
    private static partial nint recvmsg(int fd, MessageHeader* message, int flags);
}

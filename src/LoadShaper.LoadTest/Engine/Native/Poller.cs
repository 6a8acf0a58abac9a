using System.Runtime.InteropServices;

namespace LoadShaper.LoadTest.Engine.Native;

/// <summary>
/// An epoll set with a nanosecond wait and a wake-up from other threads. Without epoll_pwait2 (before Linux 5.11) a timerfd
/// in the set ends the wait.
/// </summary>
internal sealed unsafe class Poller : IDisposable
{
    internal const int Capacity = 256;
    private const long WakeKey = -1;
    private const long TimerKey = -2;
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventSize = IsX64 ? sizeof(Libc.PackedEvent) : sizeof(Libc.AlignedEvent);

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events;
    private int _timer = -1;

    internal Poller(bool forceTimerFd = false)
    {
        _epoll = Open(Libc.Epoll());
        _wake = Open(Libc.EventFd());
        _events = (byte*)NativeMemory.Alloc((nuint)(Capacity * EventSize));
        Add(_wake, Libc.EpollIn, WakeKey);
        if (forceTimerFd || (Libc.EpollWait2(_epoll, _events, 1, 0) < 0 && Libc.Errno == Errors.NotImplemented))
        {
            _timer = Open(Libc.TimerFd());
            Add(_timer, Libc.EpollIn, TimerKey);
        }
    }

    internal string Name => _timer < 0 ? "epoll_pwait2" : "epoll_wait with timerfd";

    /// <summary>Set when another thread called <see cref="Wake"/>.</summary>
    internal bool Woken { get; private set; }

    internal int Add(int fd, int events, long key) => Libc.EpollControl(_epoll, Libc.EpollAdd, fd, events, key);

    internal int Modify(int fd, int events, long key) => Libc.EpollControl(_epoll, Libc.EpollModify, fd, events, key);

    internal int Remove(int fd) => Libc.EpollControl(_epoll, Libc.EpollDelete, fd, 0, 0);

    internal void Wake() => Libc.Signal(_wake);

    /// <summary>
    /// Waits until an event, a wake-up, or <paramref name="until"/> (now or earlier: does not wait). Both are nanoseconds since
    /// <paramref name="origin"/>, which is in monotonic nanoseconds.
    /// </summary>
    /// <returns>Number of events to read with <see cref="Event"/>.</returns>
    internal int Wait(long now, long until, long origin)
    {
        Woken = false;
        int count;
        if (_timer < 0)
        {
            count = Libc.EpollWait2(_epoll, _events, Capacity, Math.Max(0, until - now));
        }
        else
        {
            if (until > now)
                _ = Libc.SetTimer(_timer, origin + until);
            count = Libc.EpollWait(_epoll, _events, Capacity, until > now ? -1 : 0);
        }

        if (count >= 0)
            return count;
        var errno = Libc.Errno;
        return errno == Errors.Interrupted ? 0 : throw new IOException($"Cannot wait for events: {Errors.Text(errno)}");
    }

    /// <summary>An event of the last wait; false when it was a wake-up or the timer.</summary>
    internal bool Event(int index, out long key, out int events)
    {
        var at = _events + index * EventSize;
        (key, events) = IsX64
            ? (((Libc.PackedEvent*)at)->Data, (int)((Libc.PackedEvent*)at)->Events)
            : (((Libc.AlignedEvent*)at)->Data, (int)((Libc.AlignedEvent*)at)->Events);
        if (key >= 0)
            return true;
        Woken |= key == WakeKey;
        Libc.Drain(key == WakeKey ? _wake : _timer);
        return false;
    }

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
        if (_timer >= 0)
            _ = Libc.Close(_timer);
        NativeMemory.Free(_events);
    }

    private static int Open(int fd) => fd >= 0 ? fd : throw new IOException($"Cannot create an epoll set: {Errors.Text(Libc.Errno)}");
}

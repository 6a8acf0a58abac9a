using LoadShaper.LoadTest.Engine.Native;

namespace LoadShaper.LoadTest.Faults.Loop;

/// <summary>A descriptor of the loop. It is in the epoll set only while its owner wants an event, so that a closed peer never makes the loop spin.</summary>
internal sealed class LoopSocket
{
    private readonly ProxyLoop _loop;
    private readonly Action<int> _onEvents;
    private readonly Action? _onFailed;
    private readonly long _key;
    private int _interest;

    /// <param name="onFailed">After an exception of <paramref name="onEvents"/>; the socket is closed with a RST when left out.</param>
    internal LoopSocket(ProxyLoop loop, int fd, Action<int> onEvents, Action? onFailed = null)
    {
        (_loop, Fd, _onEvents, _onFailed) = (loop, fd, onEvents, onFailed);
        _key = loop.Register(this);
    }

    /// <summary>-1 after <see cref="Close"/>.</summary>
    internal int Fd { get; private set; }
    internal bool IsOpen => Fd >= 0;

    /// <summary>0: none.</summary>
    internal void Want(int events)
    {
        if (events == _interest || Fd < 0)
            return;
        var done = events == 0 ? _loop.Poller.Remove(Fd)
            : _interest == 0 ? _loop.Poller.Add(Fd, events, _key)
            : _loop.Poller.Modify(Fd, events, _key);
        if (done < 0)
            throw new IOException($"cannot watch a descriptor: {Errors.Text(Libc.Errno)}");
        _interest = events;
    }

    internal void OnEvents(int events)
    {
        if (Fd >= 0)
            _onEvents(events);
    }

    internal void OnFailed()
    {
        if (_onFailed is null)
            Close(reset: true);
        else if (Fd >= 0)
            _onFailed();
    }

    /// <param name="reset">With a RST in place of a FIN.</param>
    internal void Close(bool reset = false)
    {
        if (Fd < 0)
            return;
        if (reset)
            Libc.ResetOnClose(Fd);
        _ = Libc.Close(Fd);
        Fd = -1;
        _loop.Unregister(_key);
    }
}

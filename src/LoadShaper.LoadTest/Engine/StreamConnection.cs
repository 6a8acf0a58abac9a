using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine;

/// <summary>What a protocol makes of received bytes.</summary>
internal enum Received
{
    NeedMore,
    Complete,
    Failed,
}

/// <summary>
/// One stream connection: connect, send, receive, keep. Subclasses are the protocols. The object is used again for the
/// next connection; <c>generation</c> distinguishes events of the old descriptor.
/// </summary>
internal abstract class StreamConnection : IEventHandler
{
    private const int StreamSocket = 1;
    private const int Tcp = 6;
    private const int NoDelay = 1;
    private const int KeptRestBytes = 64 * 1024;
    private const int ReadEvents = Libc.EpollIn | Libc.EpollRdHup;

    private readonly StreamTransport _transport;
    private readonly int _key;
    private int _fd = -1;
    private int _generation;
    private State _state;
    private byte[] _rest = [];
    private int _restAt;
    private int _restEnd;

    protected StreamConnection(StreamTransport transport)
    {
        _transport = transport;
        Thread = transport.Thread;
        _key = Thread.Register(this);
    }

    private enum State
    {
        Closed,
        Connecting,
        Idle,
        Sending,
        Receiving,
    }

    internal int IdleIndex { get; set; } = -1;

    protected EngineThread Thread { get; }

    /// <summary>The flow whose step is executed; null while idle.</summary>
    protected FlowState? Flow { get; private set; }

    internal void Start(FlowState flow)
    {
        Flow = flow;
        flow.Connection = this;
        if (_fd < 0)
            Connect(flow);
        else
            SendRequest(flow);
    }

    /// <summary>Gives up the step in execution without reporting it.</summary>
    internal void Abandon()
    {
        Flow = null;
        OnGivenUp();
        if (_fd >= 0)
            Libc.ResetOnClose(_fd);
        Close();
    }

    internal void Close()
    {
        if (_fd < 0)
            return;
        _ = Libc.Close(_fd);
        _fd = -1;
        _generation++;
        _state = State.Closed;
        DropRest();
        _transport.OnClosed(this);
    }

    public void OnEvent(int generation, int events)
    {
        if (generation != (_generation & 0x7FFFFFFF) || _fd < 0)
            return;
        if (_state == State.Connecting)
        {
            OnConnected();
            return;
        }

        if (_state == State.Sending && (events & Libc.EpollOut) != 0)
            SendRest(Flow!);
        if (_fd >= 0 && generation == (_generation & 0x7FFFFFFF) && (events & ~Libc.EpollOut) != 0)
            Read();
    }

    /// <summary>The bytes of the present step's request, valid until the next call on this thread.</summary>
    protected abstract ReadOnlySpan<byte> BuildRequest(FlowState flow);

    /// <summary>Takes received bytes. <paramref name="error"/> is the catalog number for <see cref="Received.Failed"/>.</summary>
    protected abstract Received OnData(FlowState flow, ReadOnlySpan<byte> data, out int error);

    /// <summary>The peer closed. True when that completes the response.</summary>
    protected abstract bool OnEndOfStream();

    /// <summary>After a complete response: the catalog number of an unmet expectation or -1, the status class, and whether the connection is kept.</summary>
    protected abstract int Finish(FlowState flow, long now, out int statusClass, out bool keep);

    /// <summary>The step in execution ends without a response.</summary>
    protected virtual void OnGivenUp()
    {
    }

    /// <summary>True when at least one byte of the response arrived.</summary>
    protected abstract bool ResponseStarted { get; }

    private long Key => ((long)(_generation & 0x7FFFFFFF) << 32) | (uint)_key;

    private void Connect(FlowState flow)
    {
        var address = _transport.NextAddress();
        _fd = Libc.Socket(address.Family, StreamSocket);
        if (_fd < 0)
        {
            var errno = Libc.Errno;
            Flow = null;
            _transport.OnUnopened(this);
            FailConnect(flow, errno);
            return;
        }

        _transport.OnOpened();
        if (address.Family != RawAddress.Unix)
            _ = Libc.SetOption(_fd, Tcp, NoDelay, 1);
        var result = Libc.Connect(_fd, address.Bytes);
        var error = result < 0 ? Libc.Errno : 0;
        var connecting = error == Errors.InProgress;
        if (error == 0 || connecting)
            error = Thread.Poller.Add(_fd, connecting ? Libc.EpollOut : ReadEvents, Key) < 0 ? Libc.Errno : 0;
        if (error == 0 && connecting)
        {
            _state = State.Connecting;
            Thread.Execution.SetStage(flow, Stage.Connecting, flow.TakenUp, flow.Step.Timeouts.Connect);
        }
        else if (error != 0)
        {
            Flow = null;
            Close();
            FailConnect(flow, error);
        }
        else
        {
            SendRequest(flow);
        }
    }

    private void OnConnected()
    {
        var flow = Flow!;
        var errno = Libc.SocketError(_fd);
        if (errno != 0)
        {
            Flow = null;
            Close();
            FailConnect(flow, errno);
            return;
        }

        _ = Thread.Poller.Modify(_fd, ReadEvents, Key);
        SendRequest(flow);
    }

    private void SendRequest(FlowState flow)
    {
        var request = BuildRequest(flow);
        var sent = Libc.Send(_fd, request);
        if (sent == request.Length)
        {
            flow.BytesSent += sent;
            Sent(flow);
            return;
        }

        if (sent < 0 && Libc.Errno is var errno && errno is not (Errors.Again or Errors.Interrupted))
        {
            OnSendError(flow, errno);
            return;
        }

        // The rest goes when the socket takes it; the shared buffer is needed for other requests.
        var rest = request[(int)Math.Max(0, sent)..];
        flow.BytesSent += Math.Max(0, sent);
        if (_rest.Length < rest.Length)
            _rest = new byte[rest.Length];
        rest.CopyTo(_rest);
        (_restAt, _restEnd) = (0, rest.Length);
        _state = State.Sending;
        _ = Thread.Poller.Modify(_fd, ReadEvents | Libc.EpollOut, Key);
        Thread.Execution.SetStage(flow, Stage.Sending, Thread.Clock(), flow.Step.Timeouts.Send);
    }

    private void SendRest(FlowState flow)
    {
        var sent = Libc.Send(_fd, _rest.AsSpan(_restAt, _restEnd - _restAt));
        if (sent < 0)
        {
            if (Libc.Errno is var errno && errno is not (Errors.Again or Errors.Interrupted))
                OnSendError(flow, errno);
            return;
        }

        flow.BytesSent += sent;
        _restAt += (int)sent;
        if (_restAt < _restEnd)
            return;
        DropRest();
        _ = Thread.Poller.Modify(_fd, ReadEvents, Key);
        Sent(flow);
    }

    // The rest of a large body is not kept for the next one.
    private void DropRest()
    {
        _restAt = _restEnd = 0;
        if (_rest.Length > KeptRestBytes)
            _rest = [];
    }

    private void Sent(FlowState flow)
    {
        _state = State.Receiving;
        Thread.Execution.SetStage(flow, Stage.FirstByte, Thread.Clock(), flow.Step.Timeouts.FirstByte);
    }

    // The target may have answered and closed before it read the whole request; what it said counts more than the error.
    private void OnSendError(FlowState flow, int errno)
    {
        var count = Libc.Receive(_fd, Thread.ReadBuffer);
        if (count > 0 && Take(flow, Thread.ReadBuffer.AsSpan(0, (int)count)))
            return;
        Fail(flow, flow.Step.Error(Errors.IsLocalResource(errno) ? FailureKind.LocalResource : FailureKind.Send, $"send: {Errors.Text(errno)}"));
    }

    private void Read()
    {
        while (true)
        {
            var count = Libc.Receive(_fd, Thread.ReadBuffer);
            if (count < 0)
            {
                var errno = Libc.Errno;
                if (errno is not (Errors.Again or Errors.Interrupted))
                    OnBroken($"connection {Errors.Text(errno)} before the response was complete");
                return;
            }

            if (Flow is not { } flow)
            {
                // Bytes without a request, or the end of an idle connection: it cannot be used again.
                Thread.Execution.Counters.UnsolicitedBytes += count;
                _transport.RemoveIdle(this);
                Close();
                return;
            }

            if (count == 0)
            {
                OnEnd(flow);
                return;
            }

            if (Take(flow, Thread.ReadBuffer.AsSpan(0, (int)count)) || count < Thread.ReadBuffer.Length)
                return;
        }
    }

    private void OnEnd(FlowState flow)
    {
        if (OnEndOfStream())
            Complete(flow);
        else
            OnBroken(ResponseStarted ? "connection closed before the response was complete" : "connection closed before a response");
    }

    // True when the step ended.
    private bool Take(FlowState flow, ReadOnlySpan<byte> data)
    {
        flow.BytesReceived += data.Length;
        var first = !ResponseStarted;
        switch (OnData(flow, data, out var error))
        {
            case Received.Complete:
                Complete(flow);
                return true;
            case Received.Failed:
                Fail(flow, error);
                return true;
            default:
                if (first && _state == State.Receiving)
                    Thread.Execution.SetStage(flow, Stage.Body, flow.TakenUp, flow.Step.Timeouts.Total);
                return false;
        }
    }

    private void Complete(FlowState flow)
    {
        var now = Thread.Clock();
        var error = Finish(flow, now, out var statusClass, out var keep);
        Flow = null;
        if (keep && _state == State.Receiving)
        {
            _state = State.Idle;
            _transport.OnIdle(this);
        }
        else
        {
            Close();
        }

        if (error < 0)
            Thread.Execution.StepCompleted(flow, now, statusClass);
        else
            Thread.Execution.StepFailed(flow, now, error, statusClass);
    }

    private void OnBroken(string text)
    {
        if (Flow is { } flow)
        {
            Fail(flow, flow.Step.Error(FailureKind.ClosedEarly, text));
            return;
        }

        _transport.RemoveIdle(this);
        Close();
    }

    private void Fail(FlowState flow, int error)
    {
        Abandon();
        Thread.Execution.StepFailed(flow, Thread.Clock(), error);
    }

    private void FailConnect(FlowState flow, int errno)
    {
        _transport.OnConnectFailed();
        var kind = Errors.IsLocalResource(errno) ? FailureKind.LocalResource : FailureKind.Connect;
        Thread.Execution.StepFailed(flow, Thread.Clock(), flow.Step.Error(kind, $"connect: {Errors.Text(errno)}"), connectFailed: true);
    }
}

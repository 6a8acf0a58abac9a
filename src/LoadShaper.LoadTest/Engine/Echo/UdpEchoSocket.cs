using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Echo;

/// <summary>A connected datagram socket and the flows whose datagram is under way.</summary>
internal sealed class UdpEchoSocket(EngineThread thread, RawAddress address) : IEventHandler
{
    private const int DatagramSocket = 2;
    private const int ReceiveBuffer = 8;
    private const int DatagramsPerEvent = 64;

    private readonly SequenceWindow _window = new();
    private readonly Pending[] _pending = new Pending[thread.Connections];
    private int _fd = -1;

    private EchoCounts Echo
    {
        get => thread.Execution.Counters.Echo;
        set => thread.Execution.Counters.Echo = value;
    }

    /// <summary>0 or the error number.</summary>
    internal int Open()
    {
        _fd = Libc.Socket(address.Family, DatagramSocket);
        if (_fd < 0)
            return Libc.Errno;
        // A burst of answers must not be lost here; the kernel takes less when its limit is lower.
        _ = Libc.SetOption(_fd, Libc.SocketLevel, ReceiveBuffer, 4 << 20);
        if (Libc.Connect(_fd, address.Bytes) < 0 || thread.Poller.Add(_fd, Libc.EpollIn, thread.Register(this)) < 0)
        {
            var errno = Libc.Errno;
            Close();
            return errno;
        }

        return 0;
    }

    internal void Close()
    {
        if (_fd >= 0)
            _ = Libc.Close(_fd);
        _fd = -1;
    }

    internal void Send(FlowState flow)
    {
        var sequence = _window.Next();
        thread.Request.Clear();
        EchoMessage.Write(thread.Request.Take(flow.Step.EchoBytes), sequence, flow.Id);
        flow.Connection = this;
        _pending[flow.Id] = new Pending(flow, sequence);
        Echo += new EchoCounts { Sent = 1 };
        var sent = Libc.Send(_fd, thread.Request.Span);
        if (sent < 0 && Libc.Errno == Errors.ConnectionRefused)
        {
            // The answer of the peer's kernel to an earlier datagram; this one was not sent yet.
            FailOldest(except: flow);
            sent = Libc.Send(_fd, thread.Request.Span);
        }

        if (sent < 0)
        {
            var errno = Libc.Errno;
            Abandon(flow);
            var (kind, text) = errno == Errors.Again ? (FailureKind.LocalResource, "the socket's send buffer is full (EAGAIN)")
                : (Errors.IsLocalResource(errno) ? FailureKind.LocalResource : FailureKind.Send, Errors.Text(errno));
            thread.Execution.StepFailed(flow, thread.Clock(), flow.Step.Error(kind, $"send: {text}"));
            return;
        }

        flow.BytesSent += sent;
        thread.Execution.SetStage(flow, Stage.FirstByte, thread.Clock(), flow.Step.Timeouts.FirstByte);
    }

    /// <summary>The flow's datagram is lost.</summary>
    internal void Abandon(FlowState flow)
    {
        _pending[flow.Id] = default;
        Echo += new EchoCounts { Lost = 1 };
    }

    public void OnEvent(int generation, int events)
    {
        for (var i = 0; i < DatagramsPerEvent && _fd >= 0; i++)
        {
            var count = Libc.Receive(_fd, thread.ReadBuffer);
            if (count >= 0)
            {
                OnDatagram(thread.ReadBuffer.AsSpan(0, (int)count));
                continue;
            }

            if (Libc.Errno != Errors.ConnectionRefused)
                return;
            FailOldest(except: null);
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram)
    {
        if (!EchoMessage.TryRead(datagram, out var sequence, out var id) || (uint)id >= (uint)_pending.Length)
        {
            Echo += new EchoCounts { Corrupted = 1 };
            return;
        }

        var arrived = _window.OnArrived(sequence, out var reordered);
        if (reordered)
            Echo += new EchoCounts { Reordered = 1 };
        if (arrived == Arrived.Duplicate)
        {
            Echo += new EchoCounts { Duplicated = 1 };
            return;
        }

        if (arrived == Arrived.Unknown || _pending[id].Flow is not { } flow || _pending[id].Sequence != sequence)
        {
            Echo += new EchoCounts { AfterTimeout = 1 };
            return;
        }

        _pending[id] = default;
        flow.BytesReceived += datagram.Length;
        Echo += new EchoCounts { Received = 1 };
        thread.Execution.StepCompleted(flow, thread.Clock(), statusClass: 0);
    }

    // An ICMP error does not say which datagram it is about; the oldest is the likeliest.
    private void FailOldest(FlowState? except)
    {
        FlowState? oldest = null;
        foreach (var (flow, sequence) in _pending)
        {
            if (flow is not null && flow != except && (oldest is null || sequence < _pending[oldest.Id].Sequence))
                oldest = flow;
        }

        if (oldest is null)
            return;
        Abandon(oldest);
        thread.Execution.StepFailed(oldest, thread.Clock(), oldest.Step.Error(FailureKind.Connect, $"datagram {Errors.Text(Errors.ConnectionRefused)}"));
    }

    private readonly record struct Pending(FlowState? Flow, long Sequence);
}

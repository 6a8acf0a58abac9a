using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Echo;

/// <summary>Messages over a stream, one at a time; the peer must send exactly the same bytes back.</summary>
internal sealed class TcpEchoConnection(StreamTransport transport) : StreamConnection(transport)
{
    private byte[] _answer = [];
    private int _received;
    private long _sequence;
    private bool _underWay;

    protected override bool ResponseStarted => _received > 0;

    protected override ReadOnlySpan<byte> BuildRequest(FlowState flow)
    {
        _received = 0;
        _sequence++;
        if (_answer.Length < flow.Step.EchoBytes)
            _answer = new byte[flow.Step.EchoBytes];
        Thread.Request.Clear();
        EchoMessage.Write(Thread.Request.Take(flow.Step.EchoBytes), _sequence, flow.Id);
        _underWay = true;
        Thread.Execution.Counters.Echo += new EchoCounts { Sent = 1 };
        return Thread.Request.Span;
    }

    protected override Received OnData(FlowState flow, ReadOnlySpan<byte> data, out int error)
    {
        error = 0;
        var length = flow.Step.EchoBytes;
        var take = Math.Min(data.Length, length - _received);
        data[..take].CopyTo(_answer.AsSpan(_received));
        _received += take;
        if (take < data.Length)
            return Corrupted(flow, "more bytes than the message came back", out error);
        if (_received < length)
            return Received.NeedMore;
        if (!EchoMessage.TryRead(_answer.AsSpan(0, length), out var sequence, out _) || sequence != _sequence)
            return Corrupted(flow, "the echo differs from the message", out error);
        _underWay = false;
        Thread.Execution.Counters.Echo += new EchoCounts { Received = 1 };
        return Received.Complete;
    }

    protected override bool OnEndOfStream() => false;

    protected override int Finish(FlowState flow, long now, out int statusClass, out bool keep)
    {
        (statusClass, keep) = (0, true);
        return -1;
    }

    protected override void OnGivenUp()
    {
        // A message that was not sent for lack of a connection is not a lost one.
        if (_underWay)
            Thread.Execution.Counters.Echo += new EchoCounts { Lost = 1 };
        _underWay = false;
    }

    private Received Corrupted(FlowState flow, string text, out int error)
    {
        _underWay = false;
        Thread.Execution.Counters.Echo += new EchoCounts { Corrupted = 1 };
        error = flow.Step.Error(FailureKind.Malformed, text);
        return Received.Failed;
    }
}

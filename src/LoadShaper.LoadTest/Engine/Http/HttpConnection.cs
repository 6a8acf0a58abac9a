using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>HTTP/1.1 on a stream connection, one request at a time.</summary>
internal sealed class HttpConnection(StreamTransport transport) : StreamConnection(transport)
{
    private readonly ResponseParser _parser = new();
    private ResponseCapture? _capture;

    protected override bool ResponseStarted => _parser.Started;

    protected override ReadOnlySpan<byte> BuildRequest(FlowState flow)
    {
        var http = flow.Step.Http!;
        if (http.Check.NeedsCapture)
            (_capture ??= new ResponseCapture()).Limit(http.Check.CaptureLimit);
        _parser.Begin(http.IsHead, http.Check.NeedsCapture ? _capture : null);
        return http.Build(flow, Thread.Request, Thread.RequestBody).Span;
    }

    protected override Received OnData(FlowState flow, ReadOnlySpan<byte> data, out int error)
    {
        error = 0;
        switch (_parser.Feed(data, out var consumed))
        {
            case ParseResult.NeedMore:
                return Received.NeedMore;
            case ParseResult.Complete when consumed == data.Length:
                return Received.Complete;
            case ParseResult.Complete:
                error = Error(flow, Malformed.ExtraBytes);
                return Received.Failed;
            default:
                error = Error(flow, _parser.Reason);
                return Received.Failed;
        }
    }

    protected override bool OnEndOfStream() => _parser.EndOfStream() == ParseResult.Complete;

    protected override int Finish(FlowState flow, long now, out int statusClass, out bool keep)
    {
        var http = flow.Step.Http!;
        statusClass = _parser.Status is >= 100 and < 600 ? _parser.Status / 100 : 0;
        keep = _parser.KeepAlive && http.KeepAlive;
        return http.Check.Find(_parser.Status, now - flow.TakenUp, _capture, flow);
    }

    private static int Error(FlowState flow, Malformed reason) => flow.Step.Error(FailureKind.Malformed, MalformedFormatter.Text(reason));
}

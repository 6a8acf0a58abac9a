using System.Buffers;
using System.Text;
using LoadShaper.LoadTest.Engine.Http;

namespace LoadShaper.LoadTest.Engine.Managed;

/// <summary>One request and its response on the thread pool.</summary>
internal sealed class Exchange(HttpClientTransport transport, FlowState flow)
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly bool _isHead = flow.Step.Http!.IsHead;
    private readonly ResponseCheck _check = flow.Step.Http!.Check;
    private volatile bool _ended;

    internal FlowState Flow => flow;

    /// <summary>False in the report that the headers arrived.</summary>
    internal bool Ended => _ended;

    internal long EndedAt { get; private set; }
    internal int Status { get; private set; }
    internal ResponseCapture? Capture { get; private set; }
    internal Exception? Failure { get; private set; }

    /// <summary>Of the bodies; headers and TLS are not seen here.</summary>
    internal long BytesSent { get; private set; }

    internal long BytesReceived { get; private set; }

    internal void Cancel() => _cancel.Cancel();

    internal async Task RunAsync(HttpMessageInvoker client, HttpRequestMessage request)
    {
        try
        {
            using (request)
            {
                BytesSent = request.Content?.Headers.ContentLength ?? 0;
                using var response = await client.SendAsync(request, _cancel.Token).ConfigureAwait(false);
                transport.Report(this);
                Status = (int)response.StatusCode;
                if (_check.NeedsCapture)
                    CaptureHead(response);
                await ReadBodyAsync(response).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Any exception of the handler is the outcome of this request.
            Failure = e;
        }

        EndedAt = transport.Clock();
        _ended = true;
        transport.Report(this);
    }

    private async Task ReadBodyAsync(HttpResponseMessage response)
    {
        if (_isHead)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(_cancel.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                for (int count; (count = await stream.ReadAsync(buffer, _cancel.Token).ConfigureAwait(false)) > 0;)
                {
                    BytesReceived += count;
                    Capture?.OnBody(buffer.AsSpan(0, count));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void CaptureHead(HttpResponseMessage response)
    {
        Capture = new ResponseCapture();
        Capture.Limit(_check.CaptureLimit);
        var head = new StringBuilder("HTTP\r\n");
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            foreach (var value in values)
                head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        Capture.OnHead(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
    }
}

using System.Collections.Concurrent;
using System.Net.Http.Headers;
using LoadShaper.LoadTest.Engine.Http;
using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Managed;

/// <summary>
/// Requests through SocketsHttpHandler, for TLS and HTTP/2. The engine thread paces and records as for its own sockets;
/// the requests themselves run on the thread pool and report back through a queue.
/// </summary>
internal sealed class HttpClientTransport : ITransport, IWakeable
{
    private readonly EngineThread _thread;
    private readonly LoadTarget _target;
    private readonly HttpMessageInvoker _client;
    private readonly string _origin;
    private readonly ConcurrentQueue<Exchange> _done = new();
    private readonly Exchange?[] _running;
    private readonly ByteWriter _buffer = new();

    internal HttpClientTransport(EngineThread thread, LoadTarget target, AddressBook addresses, TimeSpan connectTimeout)
    {
        _thread = thread;
        _target = target;
        _running = new Exchange?[thread.Connections];
        var scheme = target.Protocol is TargetProtocol.Http or TargetProtocol.Http2Cleartext ? "http" : "https";
        _origin = $"{scheme}://{CompiledHttpStep.HostOf(target with { HostHeader = null })}";
        _client = new HttpMessageInvoker(HandlerFactory.Create(target, addresses, thread.Connections, connectTimeout));
    }

    public void Start(FlowState flow)
    {
        var exchange = new Exchange(this, flow);
        _running[flow.Id] = exchange;
        _thread.Execution.SetStage(flow, Stage.FirstByte, flow.TakenUp, flow.Step.Timeouts.FirstByte);
        HttpRequestMessage request;
        try
        {
            request = Build(flow);
        }
        catch (Exception e) when (e is UriFormatException or FormatException or ArgumentException)
        {
            _running[flow.Id] = null;
            _thread.Execution.StepFailed(flow, _thread.Clock(), flow.Step.Error(FailureKind.Send, ErrorText.Normalise($"the request cannot be built: {e.Message}")));
            return;
        }

        _ = Task.Run(() => exchange.RunAsync(_client, request));
    }

    public void Abandon(FlowState flow)
    {
        _running[flow.Id]?.Cancel();
        _running[flow.Id] = null;
    }

    public bool CloseIdle() => false;

    public void CloseAll()
    {
        foreach (var exchange in _running)
            exchange?.Cancel();
        _client.Dispose();
    }

    /// <summary>Runs on the engine thread: takes over what the thread pool finished.</summary>
    public void OnWake()
    {
        while (_done.TryDequeue(out var exchange))
        {
            var flow = exchange.Flow;
            // A time-out may have ended the step, and the flow may execute another one by now.
            if (_running[flow.Id] != exchange)
                continue;
            if (!exchange.Ended)
            {
                _thread.Execution.SetStage(flow, Stage.Body, flow.TakenUp, flow.Step.Timeouts.Total);
                continue;
            }

            _running[flow.Id] = null;
            Finish(flow, exchange);
        }
    }

    internal void Report(Exchange exchange)
    {
        _done.Enqueue(exchange);
        _thread.Poller.Wake();
    }

    internal long Clock() => _thread.Clock();

    private void Finish(FlowState flow, Exchange exchange)
    {
        flow.BytesSent = exchange.BytesSent;
        flow.BytesReceived = exchange.BytesReceived;
        var at = exchange.EndedAt;
        if (exchange.Failure is { } failure)
        {
            var (kind, text) = ExchangeErrors.Of(failure);
            _thread.Execution.StepFailed(flow, at, flow.Step.Error(kind, text), connectFailed: kind is FailureKind.Connect or FailureKind.Resolve or FailureKind.Tls or FailureKind.ConnectTimeout or FailureKind.LocalResource);
            return;
        }

        var statusClass = exchange.Status is >= 100 and < 600 ? exchange.Status / 100 : 0;
        var error = flow.Step.Http!.Check.Find(exchange.Status, at - flow.TakenUp, exchange.Capture, flow);
        if (error < 0)
            _thread.Execution.StepCompleted(flow, at, statusClass);
        else
            _thread.Execution.StepFailed(flow, at, error, statusClass);
    }

    private HttpRequestMessage Build(FlowState flow)
    {
        var http = flow.Step.Http!;
        // The path is sent as the plan has it.
        var uri = new Uri(_origin + http.Path.ToText(flow, _buffer), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(http.Step.Method), uri)
        {
            Version = HandlerFactory.VersionOf(_target.Protocol),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (_target.HostHeader is { } host)
            request.Headers.Host = host;
        if (http.Body is { } body)
        {
            _buffer.Clear();
            body.Write(flow, _buffer);
            request.Content = new ByteArrayContent(_buffer.Span.ToArray());
        }
        else if (http.Step.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new ByteArrayContent([]);
        }

        if (!http.KeepAlive)
            request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("loadshaper", null));
        foreach (var (name, value) in http.Headers)
            AddHeader(request, name, value.ToText(flow, _buffer));
        return request;
    }

    private static void AddHeader(HttpRequestMessage request, string name, string value)
    {
        if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
            request.Headers.UserAgent.Clear();
        if (!request.Headers.TryAddWithoutValidation(name, value))
            (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
    }
}

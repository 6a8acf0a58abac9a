using System.Text;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>Compares a complete response with the step's expectation and takes the extracted values out of it.</summary>
internal sealed class ResponseCheck
{
    private const int None = -1;
    private readonly CompiledStep _owner;
    private readonly StatusRange[] _accepted;
    private readonly TimeSpan? _maxServiceTime;
    private readonly string _statusText;
    private readonly int[] _statusErrors = new int[1_000];
    private readonly (byte[] Name, byte[] Contains, string Text)[] _headers;
    private readonly (byte[] Bytes, string Text)[] _texts;
    private readonly (JsonPath Path, byte[]? EqualTo, string Text)[] _json;
    private readonly (int Variable, byte[]? Header, JsonPath? Path, string Text)[] _extractions;
    private readonly bool _needsBody;

    internal ResponseCheck(HttpStep step, List<string> variables, CompiledStep owner)
    {
        _owner = owner;
        _accepted = [.. step.Expect.Status];
        _maxServiceTime = step.Expect.MaxServiceTime;
        _statusText = string.Join(", ", step.Expect.Status.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));
        _headers = [.. step.Expect.Headers.Select(h => (Encoding.ASCII.GetBytes(h.Name), Encoding.UTF8.GetBytes(h.Contains ?? ""),
            h.Contains is null ? $"header {h.Name} is missing" : $"header {h.Name} does not contain '{h.Contains}'"))];
        _texts = [.. step.Expect.BodyContains.Select(text => (Encoding.UTF8.GetBytes(text), $"the body does not contain '{text}'"))];
        _json = [.. step.Expect.Json.Select(j => (Parse(j.Path), j.EqualTo is null ? null : Encoding.UTF8.GetBytes(j.EqualTo),
            j.EqualTo is null ? $"no value at {j.Path}" : $"{j.Path} is not {j.EqualTo}"))];
        _extractions = [.. step.Extract.Select(e => (variables.IndexOf(e.Variable), e.HeaderName is null ? null : Encoding.ASCII.GetBytes(e.HeaderName),
            e.JsonPath is null ? null : Parse(e.JsonPath), $"cannot extract '{e.Variable}' from {e.HeaderName ?? e.JsonPath}"))];
        _needsBody = _texts.Length > 0 || _json.Length > 0 || _extractions.Any(e => e.Path is not null);
        NeedsCapture = _needsBody || _headers.Length > 0 || _extractions.Length > 0;
        CaptureLimit = _needsBody ? step.BodyCaptureLimit : 0;
    }

    internal bool NeedsCapture { get; }
    internal int CaptureLimit { get; }

    /// <summary>The number of the error, or -1 when the response is as expected.</summary>
    /// <param name="service">Nanoseconds.</param>
    internal int Find(int status, long service, ResponseCapture? capture, FlowState flow)
    {
        if (!Accepts(status))
            return StatusError(status);
        if (_maxServiceTime is { } most && service > most.Ticks * 100)
            return Expectation($"slower than {most.TotalMilliseconds:0.###} ms");
        return capture is null || !NeedsCapture ? None : FindInContent(capture, flow);
    }

    private int FindInContent(ResponseCapture capture, FlowState flow)
    {
        if (_needsBody && capture.Truncated)
            return Expectation($"the body is longer than {CaptureLimit} bytes, so that it cannot be checked");
        foreach (var (name, contains, text) in _headers)
        {
            if (!TryHeader(capture.Head, name, contains, out _))
                return Expectation(text);
        }

        foreach (var (bytes, text) in _texts)
        {
            if (capture.Body.IndexOf(bytes) < 0)
                return Expectation(text);
        }

        Span<byte> value = stackalloc byte[FlowState.MaxVariableBytes];
        foreach (var (path, equalTo, text) in _json)
        {
            var found = path.Find(capture.Body, value, out var length);
            var exists = found is JsonPathResult.Found or JsonPathResult.NotScalar or JsonPathResult.TooLong;
            if (equalTo is null ? !exists : found != JsonPathResult.Found || !value[..length].SequenceEqual(equalTo))
                return Expectation(found == JsonPathResult.NotJson ? $"{text}: the body is not JSON" : text);
        }

        foreach (var extraction in _extractions)
        {
            if (Extract(extraction.Variable, extraction.Header, extraction.Path, capture, flow) is { } problem)
                return _owner.Error(FailureKind.Extraction, $"{extraction.Text}: {problem}");
        }

        return None;
    }

    private static string? Extract(int variable, byte[]? header, JsonPath? path, ResponseCapture capture, FlowState flow)
    {
        var space = flow.VariableSpace(variable);
        if (header is not null)
        {
            if (!TryHeader(capture.Head, header, [], out var value))
                return "the header is missing";
            if (value.Length > space.Length)
                return $"longer than {space.Length} bytes";
            value.CopyTo(space);
            flow.SetVariable(variable, value.Length);
            return null;
        }

        var result = path!.Find(capture.Body, space, out var length);
        flow.SetVariable(variable, length);
        return result switch
        {
            JsonPathResult.Found => null,
            JsonPathResult.NotFound => "not found",
            JsonPathResult.NotScalar => "an object or array",
            JsonPathResult.TooLong => $"longer than {space.Length} bytes",
            _ => "the body is not JSON",
        };
    }

    private static bool TryHeader(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> contains, out ReadOnlySpan<byte> value)
    {
        ResponseHead.NextLine(ref head);
        for (var line = ResponseHead.NextLine(ref head); line.Length > 0; line = ResponseHead.NextLine(ref head))
        {
            if (line.Length <= name.Length || line[name.Length] != ':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
                continue;
            value = line[(name.Length + 1)..].Trim(" \t"u8);
            if (value.IndexOf(contains) >= 0)
                return true;
        }

        value = default;
        return false;
    }

    private bool Accepts(int status)
    {
        foreach (var range in _accepted)
        {
            if (status >= range.First && status <= range.Last)
                return true;
        }

        return false;
    }

    // Zero means unknown: number 0 is the catalog's 'other', which is asked for again each time.
    private int StatusError(int status)
    {
        if (_statusErrors[status] == 0)
            _statusErrors[status] = Expectation($"status {status} (expected {_statusText})");
        return _statusErrors[status];
    }

    private int Expectation(string text) => _owner.Error(FailureKind.Expectation, text);

    private static JsonPath Parse(string text) => JsonPath.TryParse(text, out var path) ? path : throw new ArgumentException($"Not a JSON path: {text}", nameof(text));
}

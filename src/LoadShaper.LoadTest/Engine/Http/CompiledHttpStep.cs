using System.Globalization;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>An HTTP request as bytes and variables, and the check of its response.</summary>
internal sealed class CompiledHttpStep
{
    private readonly CompiledTemplate _request;
    private readonly byte[]? _constant;

    internal CompiledHttpStep(RunPlan plan, HttpStep step, List<string> variables, CompiledStep owner)
    {
        Step = step;
        IsHead = step.Method == "HEAD";
        Check = new ResponseCheck(step, variables, owner);
        Path = CompiledTemplate.Of(plan, variables, [step.Path]);
        Headers = [.. step.Headers.Select(header => (header.Name, CompiledTemplate.Of(plan, variables, [header.Value])))];
        Body = step.Body is { } body ? CompiledTemplate.Of(plan, variables, [body]) : null;
        var parts = new List<Template> { Template.Literal($"{step.Method} "), step.Path, Template.Literal(" HTTP/1.1\r\n") };
        foreach (var (name, value) in DefaultHeaders(plan.Targets[step.Target], step))
            parts.Add(Template.Literal($"{name}: {value}\r\n"));
        foreach (var header in step.Headers)
            parts.AddRange([Template.Literal($"{header.Name}: "), header.Value, Template.Literal("\r\n")]);
        // The length of a body with variables is known when it is filled in.
        if (Body is not { Constant: null })
            parts.AddRange([Template.Literal("\r\n"), step.Body ?? Template.Empty]);
        _request = CompiledTemplate.Of(plan, variables, parts);
        _constant = Body is { Constant: null } ? null : _request.Constant;
    }

    internal HttpStep Step { get; }
    internal bool IsHead { get; }
    internal bool KeepAlive => Step.KeepAlive;
    internal ResponseCheck Check { get; }
    internal CompiledTemplate Path { get; }
    internal IReadOnlyList<(string Name, CompiledTemplate Value)> Headers { get; }
    internal CompiledTemplate? Body { get; }

    /// <summary>The HTTP/1.1 request of this flow; a constant, or the content of <paramref name="buffer"/>.</summary>
    internal ReadOnlyMemory<byte> Build(FlowState flow, ByteWriter buffer, ByteWriter body)
    {
        if (_constant is not null)
            return _constant;
        buffer.Clear();
        _request.Write(flow, buffer);
        if (Body is { Constant: null })
        {
            body.Clear();
            Body.Write(flow, body);
            buffer.Append("Content-Length: "u8);
            buffer.AppendNumber(body.Length);
            buffer.Append("\r\n\r\n"u8);
            buffer.Append(body.Span);
        }

        return buffer.Memory;
    }

    internal static string HostOf(LoadTarget target)
    {
        if (target.UnixSocketPath is not null)
            return target.HostHeader ?? "localhost";
        if (target.HostHeader is not null)
            return target.HostHeader;
        var host = target.Host.Length > 0 ? target.Host : target.Addresses[0].ToString();
        if (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('['))
            host = $"[{host}]";
        var defaultPort = target.Protocol is TargetProtocol.Http or TargetProtocol.Http2Cleartext ? 80 : 443;
        return target.Port == defaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{target.Port}");
    }

    private IEnumerable<(string Name, string Value)> DefaultHeaders(LoadTarget target, HttpStep step)
    {
        if (!Has("Host"))
            yield return ("Host", HostOf(target));
        if (!Has("User-Agent"))
            yield return ("User-Agent", "loadshaper");
        if (!step.KeepAlive && !Has("Connection"))
            yield return ("Connection", "close");
        var length = Body is { Constant: { } constant } ? constant.Length : Body is null && step.Method is "POST" or "PUT" or "PATCH" ? 0 : -1;
        if (length >= 0 && !Has("Content-Length"))
            yield return ("Content-Length", length.ToString(CultureInfo.InvariantCulture));

        bool Has(string name) => step.Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}

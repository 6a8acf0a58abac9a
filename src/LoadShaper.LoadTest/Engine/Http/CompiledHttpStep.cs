using System.Buffers.Text;
using System.Text;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>An HTTP request as bytes and variables, and the check of its response.</summary>
internal sealed class CompiledHttpStep
{
    private readonly byte[]? _constant;
    private readonly Part[] _head;
    private readonly Part[]? _body;
    private readonly IReadOnlyList<DataTable> _data;
    private readonly ulong _seed;

    internal CompiledHttpStep(RunPlan plan, HttpStep step, List<string> variables, CompiledStep owner)
    {
        _data = plan.Data;
        _seed = plan.Seed;
        IsHead = step.Method == "HEAD";
        KeepAlive = step.KeepAlive;
        Check = new ResponseCheck(step, variables, owner);
        var head = new List<Part>();
        Add(head, $"{step.Method} ");
        Add(head, step.Path, variables);
        Add(head, " HTTP/1.1\r\n");
        foreach (var (name, value) in DefaultHeaders(plan.Targets[step.Target], step))
            Add(head, $"{name}: {value}\r\n");
        foreach (var header in step.Headers)
        {
            Add(head, $"{header.Name}: ");
            Add(head, header.Value, variables);
            Add(head, "\r\n");
        }

        _body = step.Body is { IsLiteral: false } body ? Parts(body, variables) : null;
        if (_body is null)
        {
            Add(head, "\r\n");
            if (step.Body is { } constant)
                Add(head, constant, variables);
        }

        _head = Merge(head);
        if (_body is null && _head is [{ Variable: null } only])
            _constant = only.Bytes;
    }

    internal bool IsHead { get; }
    internal bool KeepAlive { get; }
    internal ResponseCheck Check { get; }

    /// <summary>The request of this flow; a constant, or the content of <paramref name="buffer"/>.</summary>
    internal ReadOnlyMemory<byte> Build(FlowState flow, ByteWriter buffer, ByteWriter body)
    {
        if (_constant is not null)
            return _constant;
        buffer.Clear();
        Write(_head, flow, buffer);
        if (_body is not null)
        {
            body.Clear();
            Write(_body, flow, body);
            buffer.Append("Content-Length: "u8);
            buffer.AppendNumber(body.Length);
            buffer.Append("\r\n\r\n"u8);
            buffer.Append(body.Span);
        }

        return buffer.Memory;
    }

    private static IEnumerable<(string Name, string Value)> DefaultHeaders(LoadTarget target, HttpStep step)
    {
        if (!Has("Host"))
            yield return ("Host", target.HostHeader ?? HostOf(target));
        if (!Has("User-Agent"))
            yield return ("User-Agent", "loadshaper");
        if (!step.KeepAlive && !Has("Connection"))
            yield return ("Connection", "close");
        var length = step.Body is { IsLiteral: true } body ? body.Parts.Sum(part => part.Literal.Length)
            : step.Body is null && step.Method is "POST" or "PUT" or "PATCH" ? 0 : -1;
        if (length >= 0 && !Has("Content-Length"))
            yield return ("Content-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));

        bool Has(string name) => step.Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static string HostOf(LoadTarget target) =>
        target.UnixSocketPath is not null ? "localhost"
        : (target.Host.Contains(':') && !target.Host.StartsWith('[') ? $"[{target.Host}]" : target.Host.Length > 0 ? target.Host : target.Addresses[0].ToString())
          + (target.Port == (target.Protocol == TargetProtocol.Http ? 80 : 443) ? "" : $":{target.Port}");

    private void Write(Part[] parts, FlowState flow, ByteWriter to)
    {
        foreach (var part in parts)
        {
            switch (part.Variable?.Source)
            {
                case null:
                    to.Append(part.Bytes);
                    break;
                case VariableSource.Index:
                    to.AppendNumber(flow.Arrival.Index);
                    break;
                case VariableSource.Random:
                    Utf8Formatter.TryFormat(Chance.Bits(_seed, Chance.Streams.Values, flow.Arrival.Index), to.Take(16), out _, new System.Buffers.StandardFormat('x', 16));
                    break;
                case VariableSource.Column:
                    to.Append(Field(part.Variable, flow.Arrival.Index));
                    break;
                default:
                    to.Append(flow.Variable(part.Extracted));
                    break;
            }
        }
    }

    private ReadOnlySpan<byte> Field(Variable variable, long index)
    {
        var table = _data[variable.Table];
        var row = table.Order == DataOrder.Sequential
            ? index % table.Rows
            : (long)(Chance.Bits(_seed, Chance.Streams.Rows + ((ulong)variable.Table << 8), index) % (ulong)table.Rows);
        return table.Field((int)row, variable.Column);
    }

    private static void Add(List<Part> parts, string text) => parts.Add(new Part(Encoding.UTF8.GetBytes(text), null, 0));

    private static void Add(List<Part> parts, Template template, List<string> variables) => parts.AddRange(Parts(template, variables));

    private static Part[] Parts(Template template, List<string> variables) =>
        [.. template.Parts.Select(part => new Part(part.Literal.ToArray(), part.Variable, part.Variable is { } v ? variables.IndexOf(v.Name) : 0))];

    private static Part[] Merge(List<Part> parts)
    {
        var merged = new List<Part>();
        foreach (var part in parts)
        {
            if (part.Variable is null && merged is [.., { Variable: null } last])
                merged[^1] = new Part([.. last.Bytes, .. part.Bytes], null, 0);
            else
                merged.Add(part);
        }

        return [.. merged];
    }

    private readonly record struct Part(byte[] Bytes, Variable? Variable, int Extracted);
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>Bytes and variables that are filled in per arrival without allocating.</summary>
internal sealed class CompiledTemplate
{
    private readonly Part[] _parts;
    private readonly IReadOnlyList<DataTable> _data;
    private readonly ulong _seed;
    private readonly SchedulePartition _part;

    private CompiledTemplate(Part[] parts, RunPlan plan) => (_parts, _data, _seed, _part) = (parts, plan.Data, plan.Seed, plan.Partition);

    /// <summary>The bytes when there is no variable in it.</summary>
    internal byte[]? Constant => _parts switch
    {
        [] => [],
        [{ Variable: null } only] => only.Bytes,
        _ => null,
    };

    /// <param name="parts">Texts and templates, joined.</param>
    internal static CompiledTemplate Of(RunPlan plan, List<string> variables, IEnumerable<Template> parts)
    {
        var merged = new List<Part>();
        foreach (var part in parts.SelectMany(template => template.Parts))
        {
            if (part.Variable is { } variable)
                merged.Add(new Part([], variable, variables.IndexOf(variable.Name)));
            else if (merged is [.., { Variable: null } last])
                merged[^1] = last with { Bytes = [.. last.Bytes, .. part.Literal.Span] };
            else
                merged.Add(new Part(part.Literal.ToArray(), null, 0));
        }

        return new CompiledTemplate([.. merged], plan);
    }

    internal void Write(FlowState flow, ByteWriter to)
    {
        foreach (var part in _parts)
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
                    Utf8Formatter.TryFormat(Chance.Bits(_seed, Chance.Streams.Values, flow.Arrival.Index), to.Take(16), out _, new StandardFormat('x', 16));
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

    internal string ToText(FlowState flow, ByteWriter buffer)
    {
        buffer.Clear();
        Write(flow, buffer);
        return Encoding.UTF8.GetString(buffer.Span);
    }

    private ReadOnlySpan<byte> Field(Variable variable, long index)
    {
        var table = _data[variable.Table];
        var chance = table.Order == DataOrder.Random ? Chance.Bits(_seed, Chance.Streams.Rows + ((ulong)variable.Table << 8), index) : 0;
        return table.Field(table.Row(index, chance, _part), variable.Column);
    }

    private readonly record struct Part(byte[] Bytes, Variable? Variable, int Extracted);
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace LoadShaper.Domain.Metrics;

/// <summary>The text format of Prometheus, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static byte[] Write(IReadOnlyList<Metric> metrics, MetricsInput input)
    {
        var text = new ArrayBufferWriter<byte>(24 * 1024);
        foreach (var metric in metrics)
        {
            Append(text, "# HELP ");
            Append(text, metric.Name);
            Append(text, " ");
            Append(text, metric.Help.Replace("\\", @"\\").Replace("\n", @"\n"));
            Append(text, "\n# TYPE ");
            Append(text, metric.Name);
            Append(text, metric.Type == MetricType.Counter ? " counter\n" : " gauge\n");
            foreach (var series in metric.Read(input))
            {
                Append(text, metric.Name);
                AppendLabels(text, metric.Labels, series.Labels);
                Append(text, " ");
                AppendNumber(text, series.Value);
                Append(text, "\n");
            }
        }
        return text.WrittenSpan.ToArray();
    }

    private static void AppendLabels(ArrayBufferWriter<byte> text, IReadOnlyList<string> names, IReadOnlyList<string> values)
    {
        for (var i = 0; i < names.Count; i++)
        {
            Append(text, i == 0 ? "{" : ",");
            Append(text, names[i]);
            Append(text, "=\"");
            Append(text, values[i].Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n"));
            Append(text, "\"");
        }
        if (names.Count > 0)
            Append(text, "}");
    }

    private static void AppendNumber(ArrayBufferWriter<byte> text, double? value)
    {
        if (value is not { } number || double.IsNaN(number))
            Append(text, "NaN");
        else if (double.IsInfinity(number))
            Append(text, number > 0 ? "+Inf" : "-Inf");
        else if (number.TryFormat(text.GetSpan(32), out var written, provider: CultureInfo.InvariantCulture))
            text.Advance(written);
    }

    private static void Append(ArrayBufferWriter<byte> text, string part) => Encoding.UTF8.GetBytes(part, text);
}

using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>Bytes of a <see cref="WorkerReport"/>: a version byte, the fields in a fixed order, a checksum.</summary>
public static class WorkerReportCodec
{
    public const byte Version = 1;

    /// <summary>The limit of encoding and decoding. A report of a few series takes some KB.</summary>
    public const int MostBytes = 16 << 20;

    /// <summary>Encodes a report; one that is too large loses the latencies of its single series, and says so in its warnings.</summary>
    public static byte[] Encode(WorkerReport report)
    {
        var bytes = Write(report);
        return bytes.Length <= MostBytes ? bytes : Write(report with
        {
            Series = report.Series.Count == 1 ? report.Series : [.. report.Series.Select(s => s with { Response = HistogramData.Empty, FailedResponse = HistogramData.Empty, Cumulative = s.Cumulative is null ? null : SeriesLatencies.Empty })],
            Warnings = [.. report.Warnings.Take(WorkerReportReader.MostWarnings - 1), new RunWarning(report.Elapsed, "report.size", $"A report of {bytes.Length >> 20} MiB was too large (limit {MostBytes >> 20} MiB); percentiles of single steps are incomplete. Use fewer steps or a smaller max_series")],
        });
    }

    /// <exception cref="FormatException">The bytes are damaged, too many or of an unknown version; the message has the field and the offset.</exception>
    public static WorkerReport Decode(ReadOnlySpan<byte> bytes) => WorkerReportReader.Read(MessageReader.OfSealed("worker report", bytes, MostBytes));

    private static byte[] Write(WorkerReport report)
    {
        var to = new MessageWriter();
        to.Byte(Version);
        to.Byte((byte)report.Kind);
        to.Unsigned((ulong)report.Sequence);
        to.Time(report.Elapsed);
        to.Count(report.Users);
        to.Number(report.InFlight);
        Series(to, report.Total, report.Kind);
        to.List(report.Series, series => to.Text(series.Name));
        if (report.Series.Count > 1)
        {
            foreach (var series in report.Series)
                Series(to, series, report.Kind);
        }

        Counts(to, report.Warmup);
        to.List(report.Rows, row => Row(to, row));
        to.List(report.Errors, error => Error(to, error));
        Health(to, report.Health, report.Kind);
        to.Flag(report.Echo is not null);
        if (report.Echo is { } echo)
            Echo(to, echo);
        to.List(report.Warnings, warning =>
        {
            to.Time(warning.At);
            to.Text(warning.Code);
            to.Text(warning.Text);
        });
        to.Flag(report.StartSkew is not null);
        if (report.StartSkew is { } skew)
            to.Time(skew);
        if (report.Kind == WorkerReportKind.Final)
            End(to, report.End ?? throw new ArgumentException("A final report has no end", nameof(report)));
        return to.Sealed();
    }

    private static void Series(MessageWriter to, SeriesReport series, WorkerReportKind kind)
    {
        Counts(to, series.Counts);
        if (kind != WorkerReportKind.Final)
        {
            series.Response.Write(to);
            series.FailedResponse.Write(to);
        }

        if (kind == WorkerReportKind.Delta)
            return;
        foreach (var count in series.StatusClasses)
            to.Number(count);
        var latencies = series.Cumulative ?? SeriesLatencies.Empty;
        latencies.Response.Write(to);
        latencies.FailedResponse.Write(to);
        latencies.Service.Write(to);
    }

    private static void Counts(MessageWriter to, RunCounts counts)
    {
        to.Number(counts.Offered);
        to.Number(counts.Sent);
        to.Number(counts.Completed);
        to.Number(counts.Failed);
        to.Number(counts.Late);
        to.Number(counts.Unsent);
        to.Number(counts.Unfinished);
        to.Number(counts.ConnectFailed);
        to.Number(counts.BytesSent);
        to.Number(counts.BytesReceived);
    }

    private static void Row(MessageWriter to, TimelineRow row)
    {
        to.Time(row.Start);
        to.Time(row.Length);
        Counts(to, row.Counts);
        var r = row.Response;
        foreach (var value in (ReadOnlySpan<long>)[r.Count, r.P50, r.P90, r.P95, r.P99, r.P999, r.Max, row.LagP99, row.InFlight, row.Backlog, row.Users])
            to.Number(value);
        to.Double(row.PlannedRate);
        to.Double(row.Cpu);
        to.Number(row.ResidentBytes);
        to.Flag(row.Warmup);
    }

    private static void Error(MessageWriter to, ErrorRow error)
    {
        to.Text(error.Text);
        to.Text(error.Step);
        to.Byte((byte)error.Kind);
        to.Number(error.Count);
        to.Time(error.First);
        to.Time(error.Last);
    }

    private static void Health(MessageWriter to, GeneratorHealth health, WorkerReportKind kind)
    {
        if (kind != WorkerReportKind.Delta)
            HistogramData.Of(health.Lag).Write(to);
        to.List(health.Threads, thread =>
        {
            to.Text(thread.Name);
            to.Double(thread.Cpu);
            to.Double(thread.RunQueueDelay);
        });
        to.Double(health.Cpu);
        to.Count(health.Cores);
        to.Number(health.ResidentBytesAtStart);
        to.Number(health.ResidentBytesPeak);
        to.Number(health.ResidentBytes);
        to.Number(health.GarbageCollections);
        to.Time(health.GarbageCollectionPause);
        to.Text(health.Engine);
        to.Text(health.EngineLimit ?? "");
        to.Number(health.RecordStalls);
    }

    private static void Echo(MessageWriter to, EchoCounts echo)
    {
        foreach (var value in (ReadOnlySpan<long>)[echo.Sent, echo.Received, echo.Lost, echo.Duplicated, echo.Reordered, echo.Corrupted, echo.AfterTimeout])
            to.Number(value);
    }

    private static void End(MessageWriter to, WorkerEnd end)
    {
        to.Byte((byte)end.End);
        to.Flag(end.StopReason is not null);
        if (end.StopReason is { } reason)
            to.Text(reason);
        to.Number(end.StartedAt.UtcTicks);
        to.Time(end.Duration);
        to.Flag(end.Faults is not null);
        if (end.Faults is { } faults)
        {
            to.List(faults, fault =>
            {
                to.Text(fault.Key);
                to.Number(fault.Value);
            });
        }
    }
}

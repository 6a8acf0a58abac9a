using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>Reads the fields of an encoded <see cref="WorkerReport"/>.</summary>
internal static class WorkerReportReader
{
    internal const int MostWarnings = 200;
    private const int MostSeries = 1_001;
    private const int MostRows = 4_000;
    private const int MostErrors = 1_000;
    private const int MostThreads = 1_024;
    private const int MostFaults = 256;
    private const int LongText = 64 << 10;

    internal static WorkerReport Read(MessageReader from)
    {
        if (from.Byte("version") is var version && version != WorkerReportCodec.Version)
            throw from.Problem("version", $"{version}; expected {WorkerReportCodec.Version}. Use the same release of loadshaper on all machines");
        var kind = (WorkerReportKind)from.Byte("kind");
        if (!Enum.IsDefined(kind))
            throw from.Problem("kind", $"{(byte)kind}; expected 1 to 3");
        var report = new WorkerReport
        {
            Kind = kind,
            Sequence = from.Positive("sequence", 1L << 40),
            Elapsed = from.Time("elapsed"),
            Users = (int)from.Positive("users", int.MaxValue),
            InFlight = from.Int32("in flight"),
            Total = Series(ref from, "all", kind),
            Series = [],
            Health = Placeholder,
        };
        report = report with { Series = AllSeries(ref from, report.Total, kind), Warmup = Counts(ref from) };
        report = report with { Rows = Rows(ref from), Errors = Errors(ref from), Health = Health(ref from, kind) };
        if (from.Flag("echo"))
            report = report with { Echo = Echo(ref from) };
        report = report with { Warnings = Warnings(ref from) };
        if (from.Flag("start skew"))
            report = report with { StartSkew = from.Time("start skew") };
        if (kind == WorkerReportKind.Final)
            report = report with { End = End(ref from) };
        from.End();
        return report;
    }

    private static GeneratorHealth Placeholder { get; } = new()
    {
        Lag = LatencyHistograms.Empty, Threads = [], Cpu = 0, ResidentBytesAtStart = 0, ResidentBytesPeak = 0, ResidentBytes = 0, Engine = "",
    };

    private static SeriesReport[] AllSeries(ref MessageReader from, SeriesReport total, WorkerReportKind kind)
    {
        var names = new string[from.Count("series", MostSeries)];
        for (var i = 0; i < names.Length; i++)
            names[i] = from.Text("series name", LongText);
        if (names.Length == 1)
            return [total with { Name = names[0] }];
        var series = new SeriesReport[names.Length];
        for (var i = 0; i < names.Length; i++)
            series[i] = Series(ref from, names[i], kind);
        return series;
    }

    private static SeriesReport Series(ref MessageReader from, string name, WorkerReportKind kind)
    {
        var series = new SeriesReport { Name = name, Counts = Counts(ref from) };
        if (kind != WorkerReportKind.Final)
            series = series with { Response = HistogramData.Read(ref from, "response times"), FailedResponse = HistogramData.Read(ref from, "response times of failures") };
        if (kind == WorkerReportKind.Delta)
            return series;
        var status = new long[6];
        for (var i = 0; i < status.Length; i++)
            status[i] = from.Number("status class");
        return series with
        {
            StatusClasses = status,
            Cumulative = new SeriesLatencies(
                HistogramData.Read(ref from, "all response times"), HistogramData.Read(ref from, "all response times of failures"), HistogramData.Read(ref from, "all service times")),
        };
    }

    private static RunCounts Counts(ref MessageReader from) => new()
    {
        Offered = from.Number("offered"),
        Sent = from.Number("sent"),
        Completed = from.Number("completed"),
        Failed = from.Number("failed"),
        Late = from.Number("late"),
        Unsent = from.Number("unsent"),
        Unfinished = from.Number("unfinished"),
        ConnectFailed = from.Number("connections failed"),
        BytesSent = from.Number("bytes sent"),
        BytesReceived = from.Number("bytes received"),
    };

    private static TimelineRow[] Rows(ref MessageReader from)
    {
        var rows = new TimelineRow[from.Count("rows", MostRows)];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new TimelineRow
            {
                Start = from.Time("row start"),
                Length = from.Time("row length"),
                Counts = Counts(ref from),
                Response = new LatencySummary(
                    from.Number("row responses"), from.Number("row p50"), from.Number("row p90"), from.Number("row p95"),
                    from.Number("row p99"), from.Number("row p99.9"), from.Number("row maximum")),
                LagP99 = from.Number("row lag"),
                InFlight = from.Int32("row in flight"),
                Backlog = from.Number("row backlog"),
                Users = from.Int32("row users"),
                PlannedRate = from.Double("row rate"),
                Cpu = from.Double("row CPU"),
                ResidentBytes = from.Number("row memory"),
                Warmup = from.Flag("row warm-up"),
            };
        }

        return rows;
    }

    private static ErrorRow[] Errors(ref MessageReader from)
    {
        var errors = new ErrorRow[from.Count("errors", MostErrors)];
        for (var i = 0; i < errors.Length; i++)
        {
            var (text, step, kind) = (from.Text("error", LongText), from.Text("error step", LongText), (FailureKind)from.Byte("error kind"));
            if (!Enum.IsDefined(kind))
                throw from.Problem("error kind", $"{(int)kind} is unknown");
            errors[i] = new ErrorRow(text, step, kind, from.Number("error count"), from.Time("first error"), from.Time("last error"));
        }

        return errors;
    }

    private static GeneratorHealth Health(ref MessageReader from, WorkerReportKind kind)
    {
        var lag = kind == WorkerReportKind.Delta ? LatencyHistograms.Empty : HistogramData.Read(ref from, "lag").ToHistogram();
        var threads = new EngineThreadHealth[from.Count("threads", MostThreads)];
        for (var i = 0; i < threads.Length; i++)
            threads[i] = new EngineThreadHealth(from.Text("thread name"), from.Double("thread CPU"), from.Double("thread run-queue delay"));
        return new GeneratorHealth
        {
            Lag = lag,
            Threads = threads,
            Cpu = from.Double("CPU"),
            Cores = (int)from.Positive("cores", 65_536),
            ResidentBytesAtStart = from.Number("memory at start"),
            ResidentBytesPeak = from.Number("memory peak"),
            ResidentBytes = from.Number("memory"),
            GarbageCollections = from.Int32("garbage collections"),
            GarbageCollectionPause = from.Time("garbage collection pause"),
            Engine = from.Text("engine"),
            EngineLimit = from.Text("engine limit") is { Length: > 0 } limit ? limit : null,
            RecordStalls = from.Number("record stalls"),
        };
    }

    private static EchoCounts Echo(ref MessageReader from) => new(
        from.Number("messages sent"), from.Number("messages received"), from.Number("messages lost"), from.Number("messages duplicated"),
        from.Number("messages reordered"), from.Number("messages corrupted"), from.Number("messages after time-out"));

    private static RunWarning[] Warnings(ref MessageReader from)
    {
        var warnings = new RunWarning[from.Count("warnings", MostWarnings)];
        for (var i = 0; i < warnings.Length; i++)
            warnings[i] = new RunWarning(from.Time("warning time"), from.Text("warning code"), from.Text("warning", LongText));
        return warnings;
    }

    private static WorkerEnd End(ref MessageReader from)
    {
        var end = (RunEnd)from.Byte("end");
        if (!Enum.IsDefined(end))
            throw from.Problem("end", $"{(int)end} is unknown");
        var reason = from.Flag("stop reason") ? from.Text("stop reason", LongText) : null;
        var ticks = from.Number("start");
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            throw from.Problem("start", $"{ticks} is not a time");
        var duration = from.Time("duration");
        Dictionary<string, long>? faults = null;
        if (from.Flag("faults"))
        {
            faults = [];
            for (var left = from.Count("faults", MostFaults); left > 0; left--)
                faults[from.Text("fault")] = from.Number("fault count");
        }

        return new WorkerEnd(end, reason, new DateTimeOffset(ticks, TimeSpan.Zero), duration, faults);
    }
}

using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>Ended requests of one series. Histograms are made when the first value arrives. Not thread-safe.</summary>
internal sealed class SeriesStats(string name, bool total)
{
    private readonly int _intervalDigits = total ? 3 : 2;
    private readonly long[] _status = new long[6];
    private Latencies _current = new();
    private Latencies? _lastWindow;
    private IntervalPair _interval = new();
    private IntervalPair _spare = new();
    private bool _histograms = true;

    internal string Name => name;
    internal long Completed { get; private set; }
    internal long Failed { get; private set; }
    internal long ConnectFailed { get; private set; }
    internal long BytesSent { get; private set; }
    internal long BytesReceived { get; private set; }

    internal void OnOutcome(in Outcome outcome, bool latencies)
    {
        var failed = (outcome.Flags & OutcomeFlags.Failed) != 0;
        if (failed)
            Failed++;
        else
            Completed++;
        if ((outcome.Flags & OutcomeFlags.ConnectFailed) != 0)
            ConnectFailed++;
        BytesSent += outcome.BytesSent;
        BytesReceived += outcome.BytesReceived;
        if ((outcome.Flags & OutcomeFlags.ConnectFailed) == 0)
            _status[outcome.StatusClass]++;
        if (!latencies || !_histograms)
            return;
        if (failed)
        {
            (_current.Failed ??= new LatencyHistogram(2)).Record(outcome.Response);
            (_interval.Failed ??= new LatencyHistogram(_intervalDigits)).Record(outcome.Response);
        }
        else
        {
            (_current.Response ??= new LatencyHistogram()).Record(outcome.Response);
            (_current.Service ??= new LatencyHistogram(total ? 3 : 2)).Record(outcome.Service);
            (_interval.Response ??= new LatencyHistogram(_intervalDigits)).Record(outcome.Response);
        }
    }

    /// <summary>Ends a percentile window: the values so far become the last window's.</summary>
    internal void EndWindow()
    {
        (_lastWindow, _current) = (_current, _lastWindow ?? new Latencies());
        _current.Clear();
    }

    internal void DropHistograms()
    {
        _histograms = false;
        (_current, _lastWindow, _interval, _spare) = (new Latencies(), null, new IntervalPair(), new IntervalPair());
    }

    internal LatencySummary ResponseSummary() => ((_lastWindow ?? _current).Response ?? LatencyHistograms.Empty).Summary();

    /// <summary>The interval since the last call. The caller owns it until the next call.</summary>
    internal IntervalPair TakeInterval()
    {
        (_interval, _spare) = (_spare, _interval);
        _interval.Response?.Clear();
        _interval.Failed?.Clear();
        return _spare;
    }

    /// <summary>The values up to now.</summary>
    internal SeriesResult ToCopy(RunCounts counts)
    {
        var kept = _lastWindow ?? _current;
        return new SeriesResult
        {
            Name = name,
            Counts = counts,
            Response = kept.Response?.Copy() ?? LatencyHistograms.Empty,
            FailedResponse = kept.Failed?.Copy() ?? LatencyHistograms.Empty,
            Service = kept.Service?.Copy() ?? LatencyHistograms.Empty,
            StatusClasses = [.. _status],
        };
    }

    /// <summary>The final values; this object is not used afterwards.</summary>
    internal SeriesResult ToResult(RunCounts counts)
    {
        var kept = _lastWindow ?? _current;
        return new SeriesResult
        {
            Name = name,
            Counts = counts,
            Response = kept.Response ?? new LatencyHistogram(),
            FailedResponse = kept.Failed ?? new LatencyHistogram(2),
            Service = kept.Service ?? new LatencyHistogram(2),
            StatusClasses = [.. _status],
        };
    }

    private sealed class Latencies
    {
        internal LatencyHistogram? Response;
        internal LatencyHistogram? Failed;
        internal LatencyHistogram? Service;

        internal void Clear()
        {
            Response?.Clear();
            Failed?.Clear();
            Service?.Clear();
        }
    }

    internal sealed class IntervalPair
    {
        internal LatencyHistogram? Response;
        internal LatencyHistogram? Failed;
    }
}

internal static class LatencyHistograms
{
    /// <summary>For readers only.</summary>
    internal static LatencyHistogram Empty { get; } = new(1);
}

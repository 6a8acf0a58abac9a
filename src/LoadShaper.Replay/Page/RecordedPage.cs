namespace LoadShaper.Replay.Page;

/// <summary>What the page shows of a range, read in one pass.</summary>
public sealed record RecordedPage(ChartData Charts, IReadOnlyList<TimelineLine> Timeline)
{
    /// <returns>Null when nothing of the record lies in the range.</returns>
    public static RecordedPage? Of(Recording recording, TimeRange range, TimeSpan every)
    {
        var charts = new ChartBuilder(range);
        var timeline = new RangeTimeline(range, every);
        var lines = new List<TimelineLine>();
        foreach (var happened in recording.Events(ChartData.Reach(range)))
        {
            charts.Add(happened);
            lines.AddRange(timeline.Add(happened));
        }

        lines.AddRange(timeline.Finish());
        return charts.Build(recording.SamplesPath) is { } data ? new RecordedPage(data, lines) : null;
    }
}

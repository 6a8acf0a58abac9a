using LoadShaper.Domain;

namespace LoadShaper.Replay;

/// <summary>The timeline as text, a line each.</summary>
public static class TimelineText
{
    /// <returns>Whether the range has any line.</returns>
    public static bool Write(TextWriter to, IEnumerable<IEvent> events, TimeRange range, TimeSpan every)
    {
        var any = false;
        foreach (var line in Lines(events, range, every))
        {
            to.Write($"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {line.Text}\n");
            any = true;
        }

        return any;
    }

    public static IEnumerable<TimelineLine> Lines(IEnumerable<IEvent> events, TimeRange range, TimeSpan every)
    {
        var timeline = new RangeTimeline(range, every);
        foreach (var happened in events)
            foreach (var line in timeline.Add(happened))
                yield return line;
        foreach (var line in timeline.Finish())
            yield return line;
    }
}

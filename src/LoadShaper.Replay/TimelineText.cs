using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;

namespace LoadShaper.Replay;

/// <summary>The timeline as text, a line each.</summary>
public static class TimelineText
{
    public static void Write(TextWriter to, IEnumerable<IEvent> events, TimeRange range, TimeSpan every)
    {
        foreach (var line in Lines(events, range, every))
            to.Write($"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {line.Text}\n");
    }

    public static IEnumerable<TimelineLine> Lines(IEnumerable<IEvent> events, TimeRange range, TimeSpan every)
    {
        var before = ControllerMemory.Empty;
        Timeline? timeline = null;
        foreach (var happened in events)
        {
            if (!range.Contains(happened.At))
            {
                if (timeline is null)
                    before = before.Apply(happened);
                continue;
            }

            if (timeline is null)
            {
                timeline = new Timeline(every);
                timeline.Know(before);
            }

            foreach (var line in timeline.Add(happened))
                yield return line;
        }

        foreach (var line in timeline?.Finish() ?? [])
            yield return line;
    }
}

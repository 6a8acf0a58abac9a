using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay;

/// <summary>The timeline as text, a line each.</summary>
public static class TimelineText
{
    /// <returns>Whether there was anything to tell.</returns>
    public static bool Write(TextWriter to, IEnumerable<IEvent> events, TimeRange range, TimeSpan every)
    {
        var told = false;
        foreach (var line in Lines(events, range, every))
        {
            to.Write($"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {line.Text}\n");
            told = true;
        }

        return told;
    }

    public static IEnumerable<TimelineLine> Lines(IEnumerable<IEvent> events, TimeRange range, TimeSpan every)
    {
        var memory = ControllerSnapshot.Empty;
        GateClosed? closed = null;
        var stopped = false;
        Timeline? timeline = null;
        foreach (var happened in events)
        {
            if (range.Contains(happened.At))
            {
                if (timeline is null)
                {
                    timeline = new Timeline(every);
                    timeline.Know(memory, closed, stopped);
                }

                foreach (var line in timeline.Add(happened))
                    yield return line;
            }
            else
            {
                // A step of the clock may lead back into the range.
                foreach (var line in timeline?.Finish() ?? [])
                    yield return line;
                timeline = null;
            }

            closed = RecordedGate.Apply(closed, happened) is { } last ? closed ?? last : null;
            stopped = happened is DaemonStopped || (stopped && happened is not DaemonStarted);
            memory = memory.Apply(happened);
        }

        foreach (var line in timeline?.Finish() ?? [])
            yield return line;
    }
}

using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Replay;

/// <summary>The machine's minutes as far as the record knows them, oldest first, each once.</summary>
/// <param name="Source">Where they are from, in words.</param>
public sealed record RecordedMinutes(IReadOnlyList<MinuteMean> Minutes, string Source)
{
    /// <summary>The stored samples beside the journal where there are any, else what the slot decisions were told.</summary>
    public static RecordedMinutes Of(Recording recording, TimeRange range)
    {
        var stored = File.Exists(recording.SamplesPath) ? Stored(recording.SamplesPath, range) : [];
        return stored.Count > 0
            ? new RecordedMinutes(stored, $"minutes stored in {recording.SamplesPath}")
            : new RecordedMinutes(FromSlots(recording.Events(), range), "the inputs of the slot decisions");
    }

    // The last minute of the year 9999, the end of the calendar.
    private const long LastMinute = 4_223_371_679;

    private static List<MinuteMean> Stored(string path, TimeRange range)
    {
        var minutes = new List<MinuteMean>();
        try
        {
            using var connection = SqliteFile.OpenForReading(path);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT minute, seen_sec, cpu_busy, cpu_busy_without_steal, cpu_own, load FROM minutes ORDER BY minute";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                // A damaged cell leaves the minute out.
                if (!reader.TryGetInteger(0, out var index) || index is < 0 or > LastMinute
                    || !reader.TryGetNumber(1, out var seen) || seen is < 0 or > 86400
                    || !reader.TryGetNumber(2, out var busy) || !reader.TryGetNumber(3, out var withoutSteal) || !reader.TryGetNumber(4, out var own))
                    continue;
                var start = MinuteMean.StartOf(index);
                if (range.Contains(start))
                    minutes.Add(new MinuteMean(
                        start, TimeSpan.FromSeconds(seen), busy, withoutSteal, own, Load: reader.TryGetNumber(5, out var load) ? load : null));
            }
        }
        catch (SqliteException)
        {
            // Samples that cannot be read are as good as none; the journal knows enough.
        }

        return minutes;
    }

    // A decision knows the mean of the slot before it and what others used of it.
    private static List<MinuteMean> FromSlots(IEnumerable<IEvent> events, TimeRange range)
    {
        var minutes = new Dictionary<long, (int Count, double Busy, double Own, double? Load)>();
        foreach (var happened in events)
        {
            if (happened is not SlotDecided { Input.SlotMean: { } mean } decided || decided.BeforeWasHigh is null || !range.Contains(decided.At))
                continue;
            var own = Math.Max(0, mean - decided.Input.Foreign);
            var start = decided.Slot.Start - decided.Slot.Duration;
            for (var index = start.ToUnixTimeSeconds() / 60; index < (decided.Slot.Start.ToUnixTimeSeconds() + 59) / 60; index++)
            {
                var sum = minutes.GetValueOrDefault(index);
                minutes[index] = (sum.Count + 1, sum.Busy + mean, sum.Own + own, decided.Input.Load is { } load ? load + own / 100 : sum.Load);
            }
        }

        return minutes.OrderBy(minute => minute.Key).Select(minute => new MinuteMean(
            MinuteMean.StartOf(minute.Key), TimeSpan.FromMinutes(1),
            minute.Value.Busy / minute.Value.Count, minute.Value.Busy / minute.Value.Count, minute.Value.Own / minute.Value.Count,
            Load: minute.Value.Load)).ToList();
    }

    /// <summary>As a trace for `simulate --foreign`: the start of each minute and what others used, percent.</summary>
    public void WriteTrace(TextWriter to)
    {
        to.Write("timestamp,value\n");
        foreach (var minute in Minutes)
            to.Write($"{minute.Start:yyyy-MM-dd HH:mm:ss},{Math.Min(100, minute.Foreign):0.####}\n");
    }
}

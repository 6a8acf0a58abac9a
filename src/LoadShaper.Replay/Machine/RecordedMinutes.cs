using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Replay.Machine;

/// <summary>The machine's minutes as far as they are recorded, oldest first, each once.</summary>
public sealed class RecordedMinutes
{
    private readonly MinuteTable _table = new();

    private RecordedMinutes(string source) => Source = source;

    /// <summary>Where they are from.</summary>
    public string Source { get; }

    /// <summary>Whether they are from the sample database, not from the decisions.</summary>
    public bool AreStored { get; private init; }

    /// <summary>Why the sample database could not be read; null when it could, or when there is none.</summary>
    public string? Problem { get; private set; }

    public int Count => _table.Count;

    public IEnumerable<MinuteMean> Minutes => In(TimeRange.All);

    public IEnumerable<MinuteMean> In(TimeRange range) => _table.In(range);

    /// <summary>The samples stored next to the journal where there are any, else the inputs of the slot decisions.</summary>
    public static RecordedMinutes Of(Recording recording, TimeRange range)
    {
        var stored = Stored(recording.SamplesPath, range);
        if (stored.Count > 0)
            return stored;
        var decided = OfDecisions();
        decided.Problem = stored.Problem;
        foreach (var happened in recording.Events(range))
            if (happened is SlotDecided slot && range.Contains(slot.At))
                decided.Add(slot);
        return decided;
    }

    // The last minute of the year 9999, the end of the calendar.
    private const long LastMinute = 4_223_371_679;

    /// <summary>The samples stored next to the journal; none where there is no such file.</summary>
    public static RecordedMinutes Stored(string path, TimeRange range)
    {
        var stored = new RecordedMinutes($"minutes stored in {path}") { AreStored = true };
        if (!File.Exists(path))
            return stored;
        try
        {
            using var connection = SqliteFile.OpenForReading(path);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT minute, cpu_busy, cpu_own, load FROM minutes WHERE minute >= $from AND minute < $to ORDER BY minute";
            command.Parameters.AddWithValue("$from", range.From is { } from ? FirstFrom(from) : long.MinValue);
            command.Parameters.AddWithValue("$to", range.To is { } to ? FirstFrom(to) : long.MaxValue);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                // A damaged cell leaves the minute out.
                if (!reader.TryGetInteger(0, out var index) || index is < 0 or > LastMinute
                    || !reader.TryGetNumber(1, out var busy) || !reader.TryGetNumber(2, out var own))
                    continue;
                stored._table.Add(index, busy, own, reader.TryGetNumber(3, out var load) ? load : null);
            }
        }
        catch (SqliteException e)
        {
            // The journal has enough for most questions.
            stored.Problem = $"{path} cannot be read: {e.Message}";
        }

        return stored;
    }

    /// <summary>None yet: they are added from decisions.</summary>
    internal static RecordedMinutes OfDecisions() => new("the inputs of the slot decisions");

    /// <summary>A decision has the mean of the slot before it and what others used of it.</summary>
    internal void Add(SlotDecided decided)
    {
        if (decided is { BeforeWasHigh: not null, Input.SlotMean: { } mean })
            Add(decided.Slot.Start - decided.Slot.Duration, decided.Slot.Start, mean, Math.Max(0, mean - decided.Input.Foreign), decided.Input.Load);
    }

    /// <param name="load">Load average per core without LoadShaper's part; null when unknown.</param>
    internal void Add(DateTimeOffset from, DateTimeOffset to, double busy, double own, double? load)
    {
        for (var index = from.ToUnixTimeSeconds() / 60; index < (to.ToUnixTimeSeconds() + 59) / 60; index++)
            _table.Add(index, busy, own, load + own / 100);
    }

    /// <summary>As a trace for `simulate --foreign`: the start of each minute and what others used, percent.</summary>
    public void WriteTrace(TextWriter to)
    {
        to.Write("timestamp,value\n");
        foreach (var minute in Minutes)
            to.Write($"{minute.Start:yyyy-MM-dd HH:mm:ss},{Math.Min(100, minute.Foreign):0.####}\n");
    }

    private static long FirstFrom(DateTimeOffset at) =>
        (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMinute - 1) / TimeSpan.TicksPerMinute;
}

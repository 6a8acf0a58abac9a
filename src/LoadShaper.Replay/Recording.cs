using LoadShaper.Domain;
using LoadShaper.Domain.Safety;
using LoadShaper.Journal;

namespace LoadShaper.Replay;

/// <summary>A journal as it is replayed, one event at a time. Rows that cannot be read are listed as problems.</summary>
public sealed class Recording : IDisposable
{
    // A journal of another version would have a problem a row.
    private const int ProblemsKept = 10;

    private readonly JournalReader _reader;
    private readonly List<string> _problems = [];

    private readonly Lazy<DateTimeOffset?> _end;

    private Recording(string path, JournalReader reader)
    {
        (Path, _reader) = (path, reader);
        _end = new Lazy<DateTimeOffset?>(() => _reader.ReadLast() is { } last ? last.Event?.At ?? last.Written : null);
    }

    public string Path { get; }

    /// <summary>The samples that lie beside the journal; they may be missing.</summary>
    public string SamplesPath => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, "metrics.db");

    /// <summary>The end of the record; null when nothing is in it.</summary>
    public DateTimeOffset? End => _end.Value;

    /// <summary>Events of the last complete reading; null when none was read.</summary>
    public int? Read { get; private set; }

    /// <summary>Problems of that reading: rows that could not be read, stretches that are missing.</summary>
    public int Unreadable { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <exception cref="JournalUnreadableException">There is no journal; the message says how to fix it.</exception>
    public static Recording Open(string path) => new(path, JournalReader.Open(path));

    /// <summary>The rows that hold every event of a range, from the last recorded state before it that is complete.</summary>
    public JournalWindow WindowOf(TimeRange range)
    {
        var window = _reader.FindWindow(range.From, range.To);
        return range.From is null ? window with { After = 0 } : FromState(window);
    }

    /// <summary>The same, from an earlier state; null where there is nothing earlier.</summary>
    public JournalWindow? Longer(JournalWindow window) => window.After == 0 ? null : FromState(window);

    /// <summary>All rows, or those of a window, and the problems met while reading them.</summary>
    public IEnumerable<JournalEntry> Entries(JournalWindow? window = null)
    {
        (Read, Unreadable) = (0, 0);
        _problems.Clear();
        var last = 0L;
        foreach (var entry in _reader.Read(window: window))
        {
            // Rows on a page that was cut in two are gone without an error from SQLite.
            if (last > 0 && entry.SequenceNr > last + 1 && ++Unreadable <= ProblemsKept)
                _problems.Add($"events {last + 1} to {entry.SequenceNr - 1} are missing");
            last = entry.SequenceNr;
            if (entry.Event is not null)
                Read++;
            else if (++Unreadable <= ProblemsKept)
                _problems.Add(entry.SequenceNr == 0 ? entry.Problem! : $"row {entry.Ordering}: {entry.Problem}");
            yield return entry;
        }
    }

    /// <summary>All events, or those of a window.</summary>
    public IEnumerable<IEvent> Events(JournalWindow? window = null)
    {
        foreach (var entry in Entries(window))
            if (entry.Event is { } happened)
                yield return happened;
    }

    /// <summary>The events that the timeline of a range is built from; events outside the range may be among them.</summary>
    public IEnumerable<IEvent> Events(TimeRange range) => Events(WindowOf(range));

    public void Dispose() => _reader.Dispose();

    // A recorded state has the causes of a closed gate, not what they read, and the level of a running block, not its first.
    private JournalWindow FromState(JournalWindow window) => window with
    {
        After = _reader.FindState(window.After, state => state.Memory.Gate.Position == GatePosition.Open && state.Memory.Cpu.Block is null) is { } state
            ? state.Ordering - 1
            : 0,
    };
}

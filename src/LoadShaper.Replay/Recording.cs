using LoadShaper.Domain;
using LoadShaper.Journal;

namespace LoadShaper.Replay;

/// <summary>A journal as it is replayed: from the beginning, one event at a time; what cannot be read is kept by name.</summary>
public sealed class Recording : IDisposable
{
    // A journal of another version would have a problem a row.
    private const int ProblemsKept = 10;

    private readonly JournalReader _reader;
    private readonly List<string> _problems = [];

    private Recording(string path, JournalReader reader) => (Path, _reader) = (path, reader);

    public string Path { get; }

    /// <summary>The samples that lie beside the journal; they may be missing.</summary>
    public string SamplesPath => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, "metrics.db");

    /// <summary>The end of the record; null when nothing is in it.</summary>
    public DateTimeOffset? End => _reader.ReadLast() is { } last ? last.Event?.At ?? last.Written : null;

    /// <summary>Events of the last reading that was read to its end; null when none was read.</summary>
    public int? Read { get; private set; }

    /// <summary>Problems that it met: rows that could not be read, stretches that are missing.</summary>
    public int Unreadable { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <exception cref="JournalUnreadableException">There is no journal; the message says how to mend it.</exception>
    public static Recording Open(string path) => new(path, JournalReader.Open(path));

    public IEnumerable<JournalEntry> Entries()
    {
        (Read, Unreadable) = (0, 0);
        _problems.Clear();
        var last = 0L;
        foreach (var entry in _reader.Read())
        {
            // Rows on a page that was cut in two are gone without a word from SQLite.
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

    public IEnumerable<IEvent> Events()
    {
        foreach (var entry in Entries())
            if (entry.Event is { } happened)
                yield return happened;
    }

    public void Dispose() => _reader.Dispose();
}

using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>
/// Gives every kind of failure of every series a small number, so that a failing request costs no text. At most
/// <see cref="MaxTexts"/> texts and <see cref="MaxRows"/> rows; everything beyond shares the row <c>other</c>. Thread-safe.
/// </summary>
internal sealed class ErrorCatalog(IReadOnlyList<string> series)
{
    internal const int MaxTexts = 50;
    internal const int MaxRows = 500;

    /// <summary>Number of the row <c>other</c>.</summary>
    internal const int Other = 0;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Text, int Series), int> _rows = [];
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly List<(string Text, string Step, FailureKind Kind)> _entries = [("other errors", "*", FailureKind.Other)];

    internal int Id(FailureKind kind, int seriesIndex, string text)
    {
        lock (_lock)
        {
            if (_rows.TryGetValue((text, seriesIndex), out var known))
                return known;
            if (_entries.Count > MaxRows || (_texts.Count >= MaxTexts && !_texts.Contains(text)))
                return Other;
            _texts.Add(text);
            _entries.Add((text, series[seriesIndex], kind));
            return _rows[(text, seriesIndex)] = _entries.Count - 1;
        }
    }

    internal (string Text, string Step, FailureKind Kind) Entry(int id)
    {
        lock (_lock)
            return _entries[id];
    }
}

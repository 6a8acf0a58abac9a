using System.Globalization;

namespace LoadShaper.Simulation;

/// <summary>A recorded trace: columns timestamp,value; percent; any step. Of its own dates only the distances between rows count.</summary>
public static class TraceFile
{
    /// <exception cref="PatternException">The file cannot be read, or is not a trace.</exception>
    public static ForeignLoad.Trace Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PatternException($"'{path}' cannot be read: {e.Message}");
        }

        return Parse(path, lines);
    }

    internal static ForeignLoad.Trace Parse(string path, IReadOnlyList<string> lines)
    {
        var rows = new List<(TimeSpan At, double Value)>(lines.Count);
        DateTime? first = null;
        var beforeAll = true;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0)
                continue;
            var mayBeHead = beforeAll;
            beforeAll = false;
            if (mayBeHead && line.StartsWith("timestamp", StringComparison.OrdinalIgnoreCase))
                continue;
            if (line.Split(',') is not [var timestamp, var text]
                || !DateTime.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
                || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw new PatternException($"{path}:{i + 1}: '{line}' is not a row: write timestamp,value like 2014-02-14 14:30:00,6.456");
            if (value is not (>= 0 and <= 100))
                throw new PatternException($"{path}:{i + 1}: {text} is not a percentage: values lie between 0 and 100");
            first ??= at;
            var elapsed = at - first.Value;
            if (rows.Count > 0 && elapsed <= rows[^1].At)
                throw new PatternException($"{path}:{i + 1}: {timestamp} is not after the row before: sort the rows by time");
            rows.Add((elapsed, value));
        }

        if (rows.Count < 2)
            throw new PatternException($"{path}: a trace has at least two rows of timestamp,value");

        // The last value is held as long as the one before it.
        return new ForeignLoad.Trace(rows, rows[^1].At + (rows[^1].At - rows[^2].At));
    }
}

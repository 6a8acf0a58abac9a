using System.Text;

namespace LoadShaper.Cli;

/// <summary>Plain columns and wrapped text, the same on a terminal, in a file and in a test.</summary>
internal static class TextTable
{
    private const int Width = 110;

    public static string Render(string[] heads, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(heads).ToArray();
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in all)
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        return text.ToString();
    }

    /// <summary>Words on lines of at most 110 columns, each with the prefix and a line feed.</summary>
    public static string Wrapped(string words, string prefix)
    {
        var text = new StringBuilder();
        var line = new StringBuilder();
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && prefix.Length + line.Length + 1 + word.Length > Width)
            {
                text.Append(prefix).Append(line).Append('\n');
                line.Clear();
            }
            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }
        return text.Append(prefix).Append(line).Append('\n').ToString();
    }
}

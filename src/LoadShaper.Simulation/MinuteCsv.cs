using System.Globalization;

namespace LoadShaper.Simulation;

/// <summary>The minutes of a run as CSV; a minute without a machine has empty numbers.</summary>
public static class MinuteCsv
{
    public const string Header = "minute,foreign,own,total,kind,state";

    public static void Write(TextWriter to, IEnumerable<MinuteRow> rows)
    {
        to.Write(Header + "\n");
        foreach (var row in rows)
            to.Write(string.Create(CultureInfo.InvariantCulture,
                $"{row.Minute:yyyy-MM-dd'T'HH:mm:ss'Z'},{row.Foreign:0.000000},{row.Own:0.000000},{row.Total:0.000000},{row.Kind},{row.State}\n"));
    }
}

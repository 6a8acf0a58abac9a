using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Cpu;

/// <summary>How many whole hours of load the window lacks, and by when each must stand.</summary>
internal static class BlockNeeds
{
    /// <summary>So many hours ahead is looked: today and tomorrow.</summary>
    public const int Horizon = 48;

    // What a minute's mean may differ between our sampling and Oracle's, in counted minutes and five minutes.
    private const int SpareMinutes = 5, SpareFives = 1;

    /// <param name="needed">How many values of each grid must reach the threshold.</param>
    /// <param name="standing">What will stand i hours from the start of the present hour.</param>
    public static IReadOnlyList<int> Due(Standing needed, ReadOnlySpan<Standing> standing)
    {
        var due = new List<int>();
        for (var i = 0; i <= Math.Min(Horizon, standing.Length - 1); i++)
        {
            var lacking = Math.Max(
                needed.Hours - standing[i].Hours,
                Math.Max(
                    Blocks(needed.FiveMinutes + SpareFives - standing[i].FiveMinutes, 12),
                    Blocks(needed.Minutes + SpareMinutes - standing[i].Minutes, 60)));
            while (due.Count < lacking)
                due.Add(i);
        }

        return due;
    }

    private static int Blocks(int lacking, int perHour) => (lacking + perHour - 1) / perHour;
}

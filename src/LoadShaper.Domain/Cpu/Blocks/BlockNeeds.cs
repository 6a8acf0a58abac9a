using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.Cpu.Blocks;

/// <summary>How many whole hours of load the window lacks, and by when each must stand.</summary>
internal static class BlockNeeds
{
    /// <summary>So many hours ahead is looked: today and tomorrow.</summary>
    public const int Horizon = 48;

    // What a minute's mean may differ between our sampling and Oracle's, in counted minutes and five minutes.
    private const int SpareMinutes = 5, SpareFives = 1;

    /// <param name="needed">How many values of each grid must reach the threshold.</param>
    /// <param name="ahead">What will stand i hours from the start of the present hour.</param>
    public static IReadOnlyList<int> Due(WindowCounts needed, ReadOnlySpan<WindowCounts> ahead)
    {
        var due = new List<int>();
        for (var i = 0; i <= Math.Min(Horizon, ahead.Length - 1); i++)
        {
            var lacking = Math.Max(
                needed.Hours - ahead[i].Hours,
                Math.Max(
                    Blocks(needed.FiveMinutes + SpareFives - ahead[i].FiveMinutes, 12),
                    Blocks(needed.Minutes + SpareMinutes - ahead[i].Minutes, 60)));
            while (due.Count < lacking)
                due.Add(i);
        }

        return due;
    }

    private static int Blocks(int lacking, int perHour) => (lacking + perHour - 1) / perHour;
}

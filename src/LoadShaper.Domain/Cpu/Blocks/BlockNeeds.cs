using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.Cpu.Blocks;

/// <summary>How many whole hours of load the window lacks, and by when each must be complete.</summary>
internal static class BlockNeeds
{
    // Hours looked ahead: today and tomorrow. With a reserve the whole time in which its hours can be made.
    private const int Horizon = 48;

    // What a minute's mean may differ between our sampling and Oracle's, in counted minutes and five minutes.
    private const int SpareMinutes = 5, SpareFives = 1;

    /// <param name="needed">How many values of each grid must reach the threshold.</param>
    /// <param name="ahead">What counts i hours from the start of the present hour.</param>
    /// <param name="reserve">Hours for which the readings must hold without further load.</param>
    public static IReadOnlyList<int> Due(WindowCounts needed, ReadOnlySpan<WindowCounts> ahead, int reserve)
    {
        var due = new List<int>();
        var last = ahead.Length - 1 - reserve;
        for (var i = 0; i <= (reserve > 0 ? last : Math.Min(Horizon, last)); i++)
        {
            var then = ahead[i + reserve];
            var lacking = Math.Max(
                needed.Hours - then.Hours,
                Math.Max(
                    Blocks(needed.FiveMinutes + SpareFives - then.FiveMinutes, 12),
                    Blocks(needed.Minutes + SpareMinutes - then.Minutes, 60)));
            while (due.Count < lacking)
                due.Add(i);
        }

        return due;
    }

    private static int Blocks(int lacking, int perHour) => (lacking + perHour - 1) / perHour;
}

using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Cpu.Blocks;

/// <summary>
/// Where in the rest of the UTC day the missing hours go: as late as leaves spare hours, so that real load may come first,
/// and there into the quieter hours. What is overdue goes first.
/// </summary>
internal static class BlockSchedule
{
    // Spare hours for a block that is interrupted: while so many remain, real load is waited for.
    private const int SpareHours = 2;

    // With a reserve: what is due within so many hours of tomorrow is made today, so that no rest between blocks delays it.
    private const int ReserveLead = 4;

    // An hour is quieter only by more than the noise of the profile.
    private const double Quieter = 0.5;

    /// <param name="earliest">Offset, in hours from the present UTC hour, of the first hour that can be used.</param>
    /// <param name="missing">Minutes that the UTC day still lacks.</param>
    public static DayPlan Make(BlockInput input, DateTimeOffset at, int earliest, int missing)
    {
        var left = 24 - at.Hour;
        var spacing = input.Family == ShapeFamily.E2 ? 2 : 1;

        // What falls due tomorrow is made today as well: then tomorrow is free to wait until its own end. A reserve gives
        // that time already.
        var lead = input.Reserve is null ? 24 : ReserveLead;
        var deadlines = input.Due.Where(due => due <= left + lead).Select(due => Math.Min(due, left)).ToList();
        while (deadlines.Count < missing / 60)
            deadlines.Add(left);
        var part = Math.Max(0, missing - 60 * deadlines.Count);
        if (part > 0 && input.Reserve is not null && input.Due.Count > deadlines.Count)
        {
            // The reserve lacks whole hours in the days to come: one that is made today is not needed then.
            deadlines.Add(left);
            part = 0;
        }

        if (part > 0)
            deadlines.Add(left);

        var offsets = Place(deadlines, earliest, spacing, input.Profile, at.Hour).TakeWhile(offset => offset < left).ToList();
        int? partHour = part > 0 && offsets.Count == deadlines.Count ? at.Hour + offsets[^1] : null;
        if (partHour is not null)
            offsets.RemoveAt(offsets.Count - 1);
        return new DayPlan(
            DateOnly.FromDateTime(at.UtcDateTime), offsets.ConvertAll(offset => at.Hour + offset), partHour, partHour is null ? 0 : part);
    }

    private static IEnumerable<int> Place(List<int> deadlines, int earliest, int spacing, IReadOnlyList<double> profile, int hour)
    {
        var latest = new int[deadlines.Count];
        for (var i = latest.Length - 1; i >= 0; i--)
            latest[i] = Math.Min(deadlines[i] - 1, i + 1 < latest.Length ? latest[i + 1] - spacing : int.MaxValue);

        var free = earliest;
        foreach (var last in latest)
        {
            var chosen = Math.Max(free, last - SpareHours);
            for (var later = chosen + 1; later < last; later++)
                if (profile[(hour + later) % 24] < profile[(hour + chosen) % 24] - Quieter)
                    chosen = later;
            yield return chosen;
            free = chosen + spacing;
        }
    }
}

using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Blocks;

/// <summary>What is to be made up in the rest of a UTC day.</summary>
/// <param name="Day">The UTC day.</param>
/// <param name="Hours">UTC hours of it to be filled whole, ascending.</param>
/// <param name="PartHour">The hour at whose start the day's last part begins; null without one.</param>
/// <param name="PartMinutes">How many minutes it lacked when this was planned.</param>
public sealed record DayPlan(DateOnly Day, IReadOnlyList<int> Hours, int? PartHour, int PartMinutes)
{
    /// <summary>Whether the same hours of the same day are meant.</summary>
    public bool SamePlaces(DayPlan? other) => other is not null && this == other with { PartMinutes = PartMinutes };

    public bool Equals(DayPlan? other) =>
        other is not null && Day == other.Day && PartHour == other.PartHour && PartMinutes == other.PartMinutes
        && Hours.SequenceEqual(other.Hours);

    public override int GetHashCode() => HashCode.Combine(Day, PartHour, PartMinutes, Hours.Count);
}

/// <summary>A stretch of load that is running.</summary>
/// <param name="Start">When it began.</param>
/// <param name="Until">When it ends at the latest.</param>
/// <param name="Whole">A whole UTC hour; otherwise the day's last part.</param>
public sealed record Block(DateTimeOffset Start, DateTimeOffset Until, Percent Level, bool Whole);

using LoadShaper.Domain.Sampling.Readings;

namespace LoadShaper.Domain.Tests.Sampling;

/// <summary>Minutes and samples to feed readings with.</summary>
internal static class Minutes
{
    public static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    public static MinuteMean At(int minute, double busy, double own = 0, double? withoutSteal = null) =>
        new(Monday.AddMinutes(minute), TimeSpan.FromMinutes(1), busy, withoutSteal ?? busy, own);

    public static void AddRange(this CpuReadings readings, int from, int count, double busy, double own = 0)
    {
        for (var minute = from; minute < from + count; minute++)
            readings.Add(At(minute, busy, own));
    }
}

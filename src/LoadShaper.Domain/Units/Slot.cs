using System.Globalization;

namespace LoadShaper.Domain.Units;

/// <summary>Slot n of duration d covers [n·d, (n+1)·d) since 1970-01-01T00:00Z, so slots are aligned to the UTC clock.</summary>
public readonly record struct Slot(long Index, TimeSpan Duration) : IComparable<Slot>
{
    public DateTimeOffset Start => DateTimeOffset.UnixEpoch + Index * Duration;

    public DateTimeOffset End => DateTimeOffset.UnixEpoch + (Index + 1) * Duration;

    public Slot Next => this with { Index = Index + 1 };

    public static Slot At(DateTimeOffset at, TimeSpan duration) =>
        duration > TimeSpan.Zero
            ? new Slot(FloorDivide((at - DateTimeOffset.UnixEpoch).Ticks, duration.Ticks), duration)
            : throw new ArgumentOutOfRangeException(nameof(duration), duration, "A slot lasts longer than nothing.");

    public int CompareTo(Slot other) => Start.CompareTo(other.Start);

    // A record prints its properties, and Next has a Next.
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Start.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}+{Duration.TotalSeconds}s");

    private static long FloorDivide(long value, long by) => value / by - (value % by < 0 ? 1 : 0);
}

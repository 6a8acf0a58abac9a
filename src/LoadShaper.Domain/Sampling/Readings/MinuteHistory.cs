namespace LoadShaper.Domain.Sampling.Readings;

/// <summary>Asks for the stored minutes of a time; the answer is a <see cref="MinuteHistory"/>.</summary>
/// <param name="To">The present: what was stored by a clock that ran ahead is not wanted.</param>
public sealed record MinutesWanted(DateTimeOffset From, DateTimeOffset To);

/// <summary>Stored minutes, oldest first; empty where there are none or they could not be read.</summary>
/// <param name="IsAvailable">False where they could not be read.</param>
public sealed record MinuteHistory(IReadOnlyList<MinuteMean> Minutes, bool IsAvailable = true)
{
    public static readonly MinuteHistory Empty = new([]);

    public static readonly MinuteHistory Unavailable = new([], IsAvailable: false);
}

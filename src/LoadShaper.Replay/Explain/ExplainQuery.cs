using System.Globalization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay.Explain;

/// <summary>What `--explain` asks for: a moment, or a slot by its index.</summary>
/// <param name="At">Start of the moment.</param>
/// <param name="Length">How exactly it is given: a minute for 14:30, a second for 14:30:05.</param>
/// <param name="Slot">Index of the slot; null for a moment.</param>
public sealed record ExplainQuery(DateTimeOffset At, TimeSpan Length, long? Slot = null)
{
    public DateTimeOffset End => At + Length;

    /// <param name="text">As given by the user.</param>
    /// <param name="end">End of the record.</param>
    /// <param name="slotDuration">Gives the length of the slots at the end of the record.</param>
    /// <exception cref="FormatException">It is neither; the message says how to write it.</exception>
    public static ExplainQuery Parse(string text, DateTimeOffset end, Func<TimeSpan> slotDuration)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return new ExplainQuery(TimeRange.Parse(text, end), IsToTheMinute(text) ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1));
        var duration = slotDuration();
        if (index > (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch) / duration - 2)
            throw new FormatException($"'{text}' is not the index of a slot; write a UTC time like 2026-11-21T14:30, or an index from --csv or an earlier explanation");
        var slot = new Slot(index, duration);
        return new ExplainQuery(slot.Start, duration, index);
    }

    private static bool IsToTheMinute(string text) => text.Contains(':', StringComparison.Ordinal) && text.Split('+', 'Z')[0].Count(c => c == ':') == 1;
}

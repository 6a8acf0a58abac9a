using System.Globalization;
using LoadShaper.Domain.Lifecycle;

namespace LoadShaper.Journal;

/// <summary>A journal that could not be gone on with, and what of it can still be read.</summary>
/// <param name="Damage">What is wrong with it.</param>
/// <param name="Aside">Where it is kept; null when there is no file any more.</param>
/// <param name="Readable">Events that can still be read in it, by `loadshaper replay`.</param>
/// <param name="Last">When the last of them was written; null without any.</param>
public sealed record JournalLoss(string Damage, string? Aside, long Readable, DateTimeOffset? Last)
{
    public GapSeen ToGap(DateTimeOffset at) => new(at, Last ?? at, GapCause.JournalLost, ToString());

    public override string ToString() => Aside is null
        ? $"{Damage}; a new journal is begun from the stored samples"
        : string.Create(CultureInfo.InvariantCulture,
            $"{Damage}; the file is kept as {Path.GetFileName(Aside)}, of which {Readable} events{(Last is { } last ? $" up to {last.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "")} can be read; a new journal is begun from the stored samples");
}

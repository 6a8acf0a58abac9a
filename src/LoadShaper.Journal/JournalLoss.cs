using System.Globalization;
using LoadShaper.Domain.Lifecycle;

namespace LoadShaper.Journal;

/// <summary>A journal that could not be continued, and what of it can still be read.</summary>
/// <param name="Damage">What is wrong with it.</param>
/// <param name="Aside">Where the file is kept; null when it no longer exists.</param>
/// <param name="Readable">How many of its events `loadshaper replay` can still read.</param>
/// <param name="Last">When the last of them was written; null without any.</param>
public sealed record JournalLoss(string Damage, string? Aside, long Readable, DateTimeOffset? Last)
{
    public GapSeen ToGap(DateTimeOffset at) => new(at, Last ?? at, GapCause.JournalLost, ToString());

    public override string ToString() => Aside is null
        ? $"{Damage}; a new journal starts from the stored samples"
        : string.Create(CultureInfo.InvariantCulture,
            $"{Damage}; the file is kept as {Path.GetFileName(Aside)}, of which {Readable} events{(Last is { } last ? $" up to {last.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "")} can be read; a new journal starts from the stored samples");
}

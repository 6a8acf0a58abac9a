using System.Text;
using LoadShaper.Domain;
using LoadShaper.Journal;

namespace LoadShaper.Replay;

/// <summary>The result of deciding again, as text.</summary>
public static class VerifyText
{
    /// <returns>Whether every decision is as recorded.</returns>
    public static bool Write(TextWriter to, IEnumerable<JournalEntry> entries)
    {
        var verifier = new Verifier();
        foreach (var entry in entries)
            verifier.Add(entry);
        verifier.Finish();
        foreach (var notice in verifier.Notices)
            to.Write($"notice: {notice}\n");
        if (verifier.MoreNotices > 0)
            to.Write($"notice: and {verifier.MoreNotices} more\n");
        if (verifier.Unchecked > 0)
            to.Write($"{SlotRun.Count(verifier.Unchecked, "event")} not decided again: no state, or no settings, to decide from\n");
        if (verifier.First is { } first)
        {
            to.Write($"event {first.SequenceNr} at {first.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z diverges, {SlotRun.Count(verifier.Checked, "decision")} before it as recorded\n");
            if (verifier.Version is { } version)
                to.Write($"it was recorded by version {version}\n");
            Say(to, "recorded", first.Recorded);
            Say(to, "decided ", first.Decided);
            return false;
        }

        to.Write(verifier.Checked == 0 ? "nothing was decided again\n" : $"{SlotRun.Count(verifier.Checked, "decision")} decided again, all as recorded\n");
        return true;
    }

    private static void Say(TextWriter to, string source, IReadOnlyList<IEvent> events)
    {
        if (events.Count == 0)
            to.Write($"  {source}  nothing\n");
        foreach (var happened in events)
            to.Write($"  {source}  {EventLine.Of(happened)}\n            {EventWire.ManifestOf(happened)} {Encoding.UTF8.GetString(EventWire.Write(happened))}\n");
    }
}

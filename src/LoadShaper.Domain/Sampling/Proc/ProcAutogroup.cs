namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/proc/self/autogroup, "/autogroup-25 nice 0": tasks of the root control group compete session against session.</summary>
public static class ProcAutogroup
{
    /// <summary>The nice value of the session, -20 to 19; null when there is none.</summary>
    public static int? Parse(ReadOnlySpan<byte> text)
    {
        var words = new ProcText(text);
        if (!words.NextWord().StartsWith("/autogroup-"u8) || !words.NextWord().SequenceEqual("nice"u8))
            return null;
        var value = words.NextWord();
        var negative = value.StartsWith("-"u8);
        return ProcText.Long(negative ? value[1..] : value) is <= 20 and { } nice ? (int)(negative ? -nice : nice) : null;
    }
}

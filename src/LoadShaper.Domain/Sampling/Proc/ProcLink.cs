using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Sampling.Proc;

/// <summary>/sys/class/net/INTERFACE/speed, in Mbit/s.</summary>
public static class ProcLink
{
    /// <summary>Null for a link that is down or does not know its speed (-1, or 4294967295 on old kernels).</summary>
    public static BitRate? Parse(ReadOnlySpan<byte> text) =>
        new ProcText(text).NextLong() is > 0 and < uint.MaxValue and { } mbit ? BitRate.FromMbit(mbit) : null;
}

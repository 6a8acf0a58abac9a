using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>
/// How many bytes may be sent now. It holds at most <see cref="Depth"/> of the rate, so that a pause is never followed by a flood.
/// </summary>
/// <param name="Bytes">What may be sent at <paramref name="At"/>.</param>
/// <param name="At">Monotonic.</param>
public readonly record struct TokenBucket(double Bytes, TimeSpan At)
{
    public static readonly TimeSpan Depth = TimeSpan.FromMilliseconds(200);

    public static TokenBucket EmptyAt(TimeSpan now) => new(0, now);

    /// <param name="packet">The bucket holds one packet at least, or a low rate could never send it.</param>
    public TokenBucket Advance(TimeSpan now, BitRate rate, ByteSize packet)
    {
        if (now <= At)
            return this;
        var most = Math.Max(packet.Bytes, rate.BytesPerSecond * Depth.TotalSeconds);
        return new TokenBucket(Math.Min(most, Bytes + rate.BytesPerSecond * (now - At).TotalSeconds), now);
    }

    public bool Allows(ByteSize packet) => Bytes >= packet.Bytes;

    public TokenBucket Take(long bytes) => this with { Bytes = Bytes - bytes };
}

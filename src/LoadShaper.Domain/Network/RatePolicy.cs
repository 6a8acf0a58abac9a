using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>What one rate is worked out from.</summary>
/// <param name="Own">The part of <see cref="NetworkReading.Sent"/> that was ours.</param>
/// <param name="FromPeers">The part of <see cref="NetworkReading.Received"/> that our own peers sent for the same purpose.</param>
/// <param name="Jitter">Share by which the rate is moved, -1 to 1.</param>
public sealed record RateInput(NetworkReading Reading, BitRate Own, BitRate FromPeers, double Jitter);

/// <summary>The rate: what is missing to the target after all other traffic, never more.</summary>
public static class RatePolicy
{
    /// <summary>Ethernet and IPv4 or IPv6, and UDP or TCP with timestamps: what a packet carries beside its payload.</summary>
    public static int HeaderBytes(bool ipv6, bool tcp) => 14 + (ipv6 ? 40 : 20) + (tcp ? 32 : 8);

    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(2);

    // A rate that begins with nothing would never begin.
    private const double RampStart = 0.05;

    /// <summary>The rate within a burst.</summary>
    public static BitRate Decide(NetworkSettings settings, RateInput input)
    {
        var link = input.Reading.Link.BitsPerSecond;
        var target = link * settings.Target.Value / 100;
        var foreign = Math.Max(0, input.Reading.Sent.BitsPerSecond - input.Own.BitsPerSecond);
        var received = Math.Max(0, input.Reading.Received.BitsPerSecond - input.FromPeers.BitsPerSecond);
        // The larger direction is the use of the link: when that is what comes in, sending adds nothing. What the peers send is
        // left out, or two machines would stop each other.
        var missing = received >= target ? 0 : Math.Max(0, target - foreign);
        // Bursts make up for the rests between them, so that the mean is the target.
        var wanted = missing * ((settings.Burst + settings.Idle) / settings.Burst) * (1 + Math.Clamp(input.Jitter, -1, 1));
        var room = Math.Max(0, link * settings.Stop.Value / 100 - foreign);
        var rate = Math.Min(wanted, Math.Min(room, settings.MaxRate.BitsPerSecond));
        return rate < settings.MinRate.BitsPerSecond ? BitRate.Zero : BitRate.FromBits(rate);
    }

    /// <summary>The rate while it climbs.</summary>
    /// <param name="ramp">NET_FALLBACK_RAMP_SEC.</param>
    /// <param name="sendingFor">Since the first packet; zero before it.</param>
    public static BitRate Ramped(BitRate rate, TimeSpan ramp, TimeSpan sendingFor) =>
        sendingFor >= ramp ? rate : BitRate.FromBits(rate.BitsPerSecond * Math.Clamp(sendingFor / ramp, RampStart, 1));

    /// <summary>How often to send within a burst.</summary>
    /// <param name="buffer">
    /// Send buffer of a TCP socket as the kernel reports it, about half of which is payload; null over UDP. It is filled again before
    /// it is half empty, or the rate would be what the buffer holds in each turn.
    /// </param>
    public static TimeSpan SendEvery(BitRate rate, ByteSize? buffer) =>
        buffer is { } size && rate.BytesPerSecond * LongestTurn.TotalSeconds > size.Bytes / 4.0
            ? TimeSpan.FromSeconds(Math.Max(ShortestTurn.TotalSeconds, size.Bytes / 4.0 / rate.BytesPerSecond))
            : LongestTurn;

    /// <summary>What is to be reserved so that it lasts for <see cref="ReservedFor"/> of the control period, pauses left out.</summary>
    public static ByteSize ToReserve(BitRate rate, TimeSpan controlPeriod) =>
        ByteSize.FromBytes((long)(rate.BytesPerSecond * controlPeriod.TotalSeconds * ReservedFor));

    /// <summary>A reservation is less than one control period's traffic, and is renewed before it is used up.</summary>
    public const double ReservedFor = 0.9;
}

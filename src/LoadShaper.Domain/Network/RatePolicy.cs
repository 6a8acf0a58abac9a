using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>What one rate is worked out from.</summary>
/// <param name="Own">What of <see cref="NetworkReading.Sent"/> was ours.</param>
/// <param name="ActiveFor">Time since the fallback became active.</param>
/// <param name="Jitter">Share by which the rate is moved, -1 to 1.</param>
public sealed record RateInput(NetworkReading Reading, BitRate Own, TimeSpan ActiveFor, double Jitter);

/// <summary>How fast to send: what is missing to the target after everybody else's traffic, never more.</summary>
public static class RatePolicy
{
    /// <summary>Ethernet, IPv4 and UDP: what the interface counts beside the payload of a packet.</summary>
    private const int HeaderBytes = 14 + 20 + 8;

    /// <summary>What the interface's counter shows of our packets, about: fragments carry headers of their own.</summary>
    public static long OnWire(long payload, long packets) => payload + packets * HeaderBytes;

    /// <summary>The rate within a burst.</summary>
    public static BitRate Decide(NetworkSettings settings, RateInput input)
    {
        var link = input.Reading.Link.BitsPerSecond;
        var target = link * settings.Target.Value / 100;
        var foreign = Math.Max(0, input.Reading.Sent.BitsPerSecond - input.Own.BitsPerSecond);
        // The larger direction is the use of the link: when that is what comes in, sending adds nothing.
        var missing = input.Reading.Received.BitsPerSecond >= target ? 0 : Math.Max(0, target - foreign);
        // Bursts make up for the rests between them, so that the mean is the target.
        var wanted = missing * ((settings.Burst + settings.Idle) / settings.Burst) * (1 + Math.Clamp(input.Jitter, -1, 1));
        var room = Math.Max(0, link * settings.Stop.Value / 100 - foreign);
        var rate = Math.Min(wanted, Math.Min(room, settings.MaxRate.BitsPerSecond)) * Ramp(settings.Fallback.Ramp, input.ActiveFor);
        return rate < settings.MinRate.BitsPerSecond ? BitRate.Zero : BitRate.FromBits(rate);
    }

    private static double Ramp(TimeSpan ramp, TimeSpan activeFor) =>
        activeFor >= ramp ? 1 : Math.Clamp(activeFor / ramp, 0, 1);
}

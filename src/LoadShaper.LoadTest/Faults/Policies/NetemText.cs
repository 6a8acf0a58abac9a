using System.Globalization;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Policies;

/// <summary>The `tc netem` line that does in the kernel what a link's faults say, for real packets of any protocol.</summary>
public static class NetemText
{
    /// <param name="device">The interface whose outgoing packets are affected.</param>
    /// <returns>The line, and what of the policy is not in it, with the reason.</returns>
    public static (string Line, IReadOnlyList<string> Missing) Of(LinkFaults link, string device)
    {
        var text = $"tc qdisc replace dev {device} root netem limit {link.Queue.ToString(CultureInfo.InvariantCulture)}";
        var missing = new List<string>();
        // netem reorders by sending some packets at once, which needs a delay for the others.
        var latency = link.Reorder is { } r && link.Latency == TimeSpan.Zero ? r.MaxDelay : link.Latency;
        if (latency > TimeSpan.Zero || link.Jitter > TimeSpan.Zero)
            text += $" delay {Time(latency)}{(link.Jitter > TimeSpan.Zero ? " " + Time(link.Jitter) : "")}";
        if (link.Gilbert is { } g)
            text += $" loss gemodel {Share(g.ToBad)} {Share(g.ToGood)} {Share(g.LossBad)} {Share(g.LossGood)}";
        else if (link.Loss > 0 && link.BurstLength > 1)
            // A burst of n packets on average: it ends after each with probability 1/n.
            text += $" loss gemodel {Share(link.Loss)} {Share(1.0 / link.BurstLength)}";
        else if (link.Loss > 0)
            text += $" loss {Share(link.Loss)}";
        if (link.BurstLength > 1)
            missing.Add("burst_loss: netem has bursts of random length with this mean, not of fixed length");
        if (link.Duplicate > 0)
            text += $" duplicate {Share(link.Duplicate)}";
        if (link.Corrupt > 0)
            text += $" corrupt {Share(link.Corrupt)}";
        if (link.Reorder is { } reorder)
        {
            text += $" reorder {Share(reorder.Probability)}";
            missing.Add("packet_reorder: netem has no window; it sends this share of packets at once, ahead of those that are delayed");
        }
        if (link.Rate > 0)
            text += $" rate {((long)link.Rate).ToString(CultureInfo.InvariantCulture)}bit";
        if (link.Slice is not null)
            missing.Add("slice: packets cannot be cut; a smaller MTU is the nearest (ip link set dev " + device + " mtu 576)");
        return (text, missing);
    }

    /// <summary>What of a policy is about whole connections, names or times, which netem does not know.</summary>
    public static IEnumerable<string> NotInKernel(FaultPolicy policy)
    {
        foreach (var (key, _) in PolicyFormatter.Entries(policy))
            if (key is "refuse" or "reset" or "half_open" or "stall" or "limit")
                yield return $"{key}: netem does not know connections; use loadshaper fault proxy";
            else if (key == "dns")
                yield return "dns: netem does not know names; use loadshaper fault dns";
            else if (key == "schedule")
                yield return "schedule: netem is constant; run tc at the times of the schedule";
    }

    private static string Time(TimeSpan time) => time.TotalMicroseconds.ToString("0.###", CultureInfo.InvariantCulture) + "us";

    private static string Share(double share) => FaultUnits.FormatShare(share);
}

using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Faults.Runs;

/// <summary>
/// What a policy should make of a baseline: 20,000 request and response pairs with the baseline's latencies and mean sizes
/// through the same deciders that the proxy uses. Each exchange is alone on its connection, so queues are not in it.
/// </summary>
/// <param name="P50">Microseconds, like the other two.</param>
/// <param name="ErrorRate">Null when it depends on the number of connections.</param>
/// <param name="CompletedRps">Null for plans with rates and users, and where the error rate is null.</param>
public sealed record FaultExpectation(double P50, double P95, double P99, double? ErrorRate, double? CompletedRps, IReadOnlyList<string> Notes)
{
    private const int Exchanges = 20_000;
    private const long Apart = 1_000_000_000_000;
    private const ulong Stream = 970;

    /// <returns>Null when the policy has a schedule or the baseline no completed request.</returns>
    public static FaultExpectation? Of(RunFaultPlan faults, RunPlan plan, RunResult baseline)
    {
        var policy = faults.Policy;
        var total = baseline.Total;
        if (policy.Schedule is not null || total.Response.Count == 0)
            return null;
        var counts = total.Counts;
        var requestBytes = (int)Math.Clamp(counts.BytesSent / Math.Max(1, counts.Sent), 1, 64 << 20);
        var responseBytes = (int)Math.Clamp(counts.BytesReceived / Math.Max(1, counts.Completed), 1, 64 << 20);
        var udp = plan.Targets.Any(t => t.Protocol == TargetProtocol.UdpEcho);
        var before = Quantiles(total.Response);
        var after = new List<double>(Exchanges);
        var lost = 0;
        for (var i = 0; i < Exchanges; i++)
        {
            var way = udp ? Datagrams(faults, requestBytes, responseBytes, i) : Streams(faults, requestBytes, responseBytes, i);
            if (way is { } added)
                after.Add(before[(int)(Chance.Unit(faults.Seed, Stream, i) * before.Length)] + added / 1_000.0);
            else
                lost++;
        }
        if (after.Count == 0)
            return new FaultExpectation(double.NaN, double.NaN, double.NaN, 1, 0, []);
        after.Sort();
        var notes = new List<string>();
        double? errors = 1 - (1 - counts.ErrorRate) * (1 - (double)lost / Exchanges);
        if (!policy.Connection.IsNone || policy.Dns is not null)
        {
            errors = null;
            notes.Add("The faults of whole connections and of names are not computed: they depend on how many connections the run makes.");
        }
        return new FaultExpectation(
            Percentile(after, 0.50), Percentile(after, 0.95), Percentile(after, 0.99), errors,
            Throughput(plan, baseline, errors, after.Average(), before.Average(), requestBytes, responseBytes, policy, notes), notes);
    }

    private static double? Throughput(
        RunPlan plan, RunResult baseline, double? errors, double meanAfter, double meanBefore, int requestBytes, int responseBytes, FaultPolicy policy, List<string> notes)
    {
        if (errors is not { } share || baseline.Duration <= TimeSpan.Zero)
            return null;
        var rate = baseline.Total.Counts.Completed / baseline.Duration.TotalSeconds;
        var completed = (1 - share) / Math.Max(1e-9, 1 - baseline.Total.Counts.ErrorRate);
        var closed = plan.Phases.OfType<ClosedUsers>().ToArray();
        if (closed.Length > 0 && closed.Length < plan.Phases.Count)
            return null;
        if (closed.Length > 0)
        {
            // Each user waits for its answer: a slower answer means fewer requests.
            var think = closed.Average(c => (c.Think.Min + c.Think.Max).TotalMicroseconds / 2);
            rate *= (meanBefore + think) / (meanAfter + think);
        }
        var capacity = Math.Min(Capacity(policy.Uplink, requestBytes), Capacity(policy.Downlink, responseBytes));
        if (plan.Targets.Any(t => t.Protocol == TargetProtocol.UdpEcho) && rate > capacity || rate > capacity * plan.Connections)
        {
            notes.Add("The rate of the policy is below what the plan offers, so requests queue and the computed latencies are too low.");
            rate = capacity * plan.Connections;
        }
        return rate * completed;
    }

    private static double Capacity(LinkFaults link, int bytes) => link.Rate > 0 ? link.Rate / 8 / bytes : double.PositiveInfinity;

    private static long? Streams(RunFaultPlan faults, int requestBytes, int responseBytes, int exchange)
    {
        var policy = faults.Policy;
        var roundTrip = (policy.Uplink.Latency + policy.Downlink.Latency).Ticks * Delays.NanosecondsPerTick;
        var now = exchange * Apart;
        return Way(faults.Seed, exchange, FaultDirection.Uplink, policy.Uplink, requestBytes) + Way(faults.Seed, exchange, FaultDirection.Downlink, policy.Downlink, responseBytes);

        long Way(ulong seed, long number, FaultDirection direction, LinkFaults link, int bytes)
        {
            var pieces = new List<StreamPiece>();
            _ = new StreamDecider(seed, number, direction).Decide(now, bytes, link, roundTrip, pieces);
            return pieces[^1].Release - now;
        }
    }

    private static long? Datagrams(RunFaultPlan faults, int requestBytes, int responseBytes, int exchange)
    {
        long sum = 0;
        foreach (var (direction, link, bytes) in ((FaultDirection, LinkFaults, int)[])
            [(FaultDirection.Uplink, faults.Policy.Uplink, requestBytes), (FaultDirection.Downlink, faults.Policy.Downlink, responseBytes)])
        {
            // One decider for a session would be one sample of burst loss; a session for each exchange has the loss of a first datagram only.
            if (Chance.Unit(faults.Seed, Stream + 1 + (ulong)direction, exchange) < link.ExpectedLoss)
                return null;
            var fate = new DatagramDecider(faults.Seed, exchange, direction).Decide(link with { Loss = 0, Gilbert = null, BurstLength = 1 });
            sum += fate.Delay + (link.Rate > 0 ? (long)(bytes * 8e9 / link.Rate) : 0);
        }
        return sum;
    }

    private static double[] Quantiles(LatencyHistogram histogram)
    {
        var quantiles = new double[1_000];
        for (var i = 0; i < quantiles.Length; i++)
            quantiles[i] = histogram.Percentile((i + 0.5) / quantiles.Length * 100);
        return quantiles;
    }

    private static double Percentile(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
}

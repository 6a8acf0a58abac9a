using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Policies;

/// <summary>Ready policies, written as a configuration file writes them, so that `fault profiles` can print something to start from.</summary>
public static class FaultProfiles
{
    public const string Text =
        """
        # Rates and delays are round figures of the kind of link, not of one provider. Copy a policy and change it.
        policies:
          mobile_3g:
            uplink: {latency: 50ms, jitter: 15ms, packet_loss: 0.5%, rate: 768kbps}
            downlink: {latency: 50ms, jitter: 15ms, packet_loss: 0.5%, rate: 1600kbps}
          mobile_4g:
            uplink: {latency: 20ms, jitter: 5ms, packet_loss: 0.1%, rate: 5mbps}
            downlink: {latency: 20ms, jitter: 5ms, packet_loss: 0.1%, rate: 20mbps}
          satellite:
            uplink: {latency: 300ms, jitter: 10ms, packet_loss: 0.5%, rate: 2mbps}
            downlink: {latency: 300ms, jitter: 10ms, packet_loss: 0.5%, rate: 20mbps}
          congested_wifi:
            latency: 10ms
            jitter: 10ms
            burst_loss: {p: 1%, r: 30%}
            rate: 10mbps
          lossy:
            packet_loss: 5%
          flapping_link:
            packet_loss: 100%
            schedule: {flap: {off: 8s, on: 2s}}
          slow_dns:
            dns: {delay: 300ms, timeout: 2%}
        """;

    private static readonly Lazy<IReadOnlyList<FaultPolicy>> Parsed = new(() => FaultConfigurationReader.Read("profiles", Text, ready: []).Policies);

    public static IReadOnlyList<FaultPolicy> All => Parsed.Value;

    public static FaultPolicy? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}

using System.Net;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Policies;
using LoadShaper.LoadTest.Scenarios;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class FaultConfigurationTests
{
    [Fact]
    public void A_whole_file_is_read()
    {
        var configuration = FaultConfigurationReader.Read("f.yaml",
            """
            control: 127.0.0.1:8474
            seed: 42
            policies:
              slow_link: {latency: 20ms, jitter: 2ms, packet_loss: 1%, burst_loss: 3, rate: 2mbps}
              one_way:
                latency: 10ms
                uplink: {packet_loss: 0.05}
                downlink: {rate: 500kbps, packet_duplicate: 2%, packet_reorder: {prob: 5%, window: 4, max_delay: 50ms}}
              bad_dns: {dns: {delay: 300ms, timeout: 10%, nxdomain: 5%}}
              broken: {reset: {prob: 10%, after: 1s}, half_open: {after_bytes: 64KiB}, stall: {after: 2s, for: 5s}, limit: 1MiB, refuse: 1%}
            proxies:
              - {name: api, listen: "127.0.0.1:9001", upstream: "127.0.0.1:8080"}
              - {name: game, protocol: udp, listen: "127.0.0.1:9002", upstream: "game.test:7777", policy: one_way}
              - {name: local, listen: "127.0.0.1:9003", upstream: "unix:/run/app.sock", policy: {latency: 5ms}, enabled: false, seed: 9}
            rules:
              - {policy: slow_link, protocol: tcp, cidr: 127.0.0.0/8, port: 8080, priority: 1, seed: 7}
              - {name: all names, policy: bad_dns, host: "*.Example.com", schedule: {flap: {off: 8s, on: 2s}}}
            dns: {listen: "127.0.0.1:5353", upstream: "127.0.0.53:53", hosts: {api.test: 127.0.0.1, two.test: [10.0.0.1, "fd00::1"]}, policy: bad_dns}
            """);

        var slow = configuration.Policies[0];
        Assert.Equal((TimeSpan.FromMilliseconds(20), 0.01, 3, 2e6), (slow.Uplink.Latency, slow.Uplink.Loss, slow.Uplink.BurstLength, slow.Downlink.Rate));
        var oneWay = configuration.Policies[1];
        Assert.Equal((0.05, 0.0, TimeSpan.FromMilliseconds(10)), (oneWay.Uplink.Loss, oneWay.Uplink.Rate, oneWay.Uplink.Latency));
        Assert.Equal((0.0, 5e5, new ReorderFaults(0.05, 4, TimeSpan.FromMilliseconds(50))), (oneWay.Downlink.Loss, oneWay.Downlink.Rate, oneWay.Downlink.Reorder));
        Assert.Equal(new ConnectionEvent(1, null, 65_536), configuration.Policies[3].Connection.HalfOpen);
        Assert.Equal(new StallFaults(new ConnectionEvent(1, TimeSpan.FromSeconds(2), null), TimeSpan.FromSeconds(5)), configuration.Policies[3].Connection.Stall);
        Assert.Equal(new Endpoint("127.0.0.1", 8474), configuration.Control);
        Assert.Equal((42ul, 42ul, 9ul), (configuration.Seed, configuration.Proxies[0].Seed, configuration.Proxies[2].Seed));
        Assert.Equal("/run/app.sock", configuration.Proxies[2].Upstream.UnixPath);
        Assert.Equal((7ul, 1, IPNetwork.Parse("127.0.0.0/8")), (configuration.Rules[0].Seed, configuration.Rules[0].Priority, configuration.Rules[0].Network));
        Assert.Equal(("*.example.com", new FlapSchedule(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(2))), (configuration.Rules[1].Host, configuration.Rules[1].Policy.Schedule));
        Assert.Equal(2, configuration.Dns!.Hosts["two.test"].Count);
    }

    [Fact]
    public void The_ready_profiles_can_be_read_and_named()
    {
        Assert.Equal(["mobile_3g", "mobile_4g", "satellite", "congested_wifi", "lossy", "flapping_link", "slow_dns"], FaultProfiles.All.Select(p => p.Name));
        Assert.All(FaultProfiles.All, p => Assert.Empty(ProtocolFit.Problems(p, FaultProtocol.Tcp).Concat(ProtocolFit.Problems(p, FaultProtocol.Udp))));
        var proxy = FaultConfigurationReader.Read("f", "proxies: [{listen: '127.0.0.1:1', upstream: '127.0.0.1:2', policy: satellite}]").Proxies[0];
        Assert.Equal(TimeSpan.FromMilliseconds(300), proxy.Policy!.Uplink.Latency);
    }

    private const string Proxy = "proxies: [{name: a, listen: '127.0.0.1:1', upstream: '127.0.0.1:2'}]\n";

    public static TheoryData<string, string> Wrong => new()
    {
        { "", "f.yaml:1:1: no fault configuration; expected a mapping with the keys policies, proxies, rules or dns" },
        { "policys: {}\n", "f.yaml:1:1: unknown key \"policys\" in the fault configuration; did you mean \"policies\"? expected control, seed, policies, proxies, rules or dns" },
        { "policies: {a: {latency: 20}}\n", "f.yaml:1:25: latency is \"20\"; expected a duration such as 250us, 100ms, 30s, 15m, 2h or 1h30m" },
        { "policies: {a: {latency: 20m}}\n", "f.yaml:1:25: latency is \"20m\"; expected at most 10m" },
        { "policies: {a: {packet_loss: 120%}}\n", "f.yaml:1:29: packet_loss is \"120%\"; expected a share from 0% to 100%, such as 5% or 0.05" },
        { "policies: {a: {rate: 2}}\n", "f.yaml:1:22: rate is \"2\"; expected a bit rate such as 500kbps, 2mbps or 1gbps" },
        { "policies: {a: {burst_loss: 4}}\n", "f.yaml:1:28: burst_loss without packet_loss; expected packet_loss beside it: the probability that a burst begins" },
        { "policies: {a: {packet_loss: 1%, burst_loss: {p: 1%, r: 5%}}}\n", "f.yaml:1:45: burst_loss with p and r replaces packet_loss; expected one of them" },
        { "policies: {a: {burst_loss: {p: 1%}}}\n", "f.yaml:1:28: burst_loss has no p or no r; expected {p: 1%, r: 25%}: the probabilities of entering and of leaving the bad state" },
        { "policies: {a: {slice: {size: 0}}}\n", "f.yaml:1:30: size is \"0\"; expected 1 to 1448 bytes" },
        { "policies: {a: {limit: 0}}\n", "f.yaml:1:23: limit is 0; expected at least 1 byte, or refuse: true" },
        { "policies: {a: {dns: {timeout: 60%, nxdomain: 50%}}}\n", "f.yaml:1:21: timeout, nxdomain and servfail are together 110%; expected at most 100%" },
        { "policies: {a: {schedule: {ramp: {for: 1s}, spike: {at: 1s, for: 1s}}}}\n", "f.yaml:1:26: schedule has ramp and spike; expected one of {ramp: {after: 10s, for: 30s}}, {spike: {at: 10s, for: 5s}} or {flap: {off: 8s, on: 2s}}" },
        { "policies: {a: {schedule: {flap: {on: 1s}}}}\n", "f.yaml:1:33: flap has no \"off\"; expected {ramp: {after: 10s, for: 30s}}, {spike: {at: 10s, for: 5s}} or {flap: {off: 8s, on: 2s}}" },
        { "proxies: [{listen: '127.0.0.1:1'}]\n", "f.yaml:1:11: the proxy has no upstream; expected {listen: 127.0.0.1:9001, upstream: 127.0.0.1:8080}" },
        { "proxies: [{listen: 'name:1', upstream: '127.0.0.1:2'}]\n", "f.yaml:1:20: listen is \"name:1\"; expected an address in place of the name, such as 127.0.0.1:9001" },
        { "proxies: [{listen: '127.0.0.1', upstream: '127.0.0.1:2'}]\n", "f.yaml:1:20: listen is \"127.0.0.1\"; expected host:port, such as 127.0.0.1:9001 or [::1]:9001" },
        { "proxies: [{listen: '127.0.0.1:1', upstream: '127.0.0.1:2', policy: nope}]\n", "f.yaml:1:68: unknown policy \"nope\"; expected mobile_3g, mobile_4g, satellite, congested_wifi, lossy, flapping_link, slow_dns, none" },
        { "proxies: [{name: a, listen: '127.0.0.1:1', upstream: '127.0.0.1:2'}, {name: b, listen: '127.0.0.1:1', upstream: '127.0.0.1:2'}]\n", "f.yaml:1:70: proxy \"b\" listens on 127.0.0.1:1 as \"a\" does; expected distinct addresses" },
        { "proxies: [{name: a, listen: '127.0.0.1:1', upstream: '127.0.0.1:2', policy: {packet_reorder: 5%}}]\n", "f.yaml:1:77: policy \"a\" has packet_reorder, which TCP cannot have: a TCP proxy sees a byte stream and no packets, so it would corrupt the stream; expected a UDP proxy, or netem (loadshaper fault netem a)" },
        { "proxies: [{name: a, protocol: udp, listen: '127.0.0.1:1', upstream: '127.0.0.1:2', policy: {reset: true}}]\n", "f.yaml:1:92: policy \"a\" has reset, which UDP cannot have: there is no connection; expected packet_loss, rate or latency" },
        { Proxy + "rules: [{policy: {packet_duplicate: 5%}}]\n", "f.yaml:2:9: policy \"rule 1\" has packet_duplicate, which TCP cannot have: a TCP proxy sees a byte stream and no packets, so it would corrupt the stream; expected a UDP proxy, or netem (loadshaper fault netem rule 1)" },
        { "rules: [{policy: lossy, port: 80}, {policy: lossy, protocol: tcp}]\n", "f.yaml:1:36: rule \"rule 2\" and rule \"rule 1\" in line 1 can match the same target with equal priority and prefix length; expected different priorities" },
        { "rules: [{policy: lossy, cidr: 10.0.0.0/40}]\n", "f.yaml:1:31: cidr is \"10.0.0.0/40\"; expected a prefix such as 10.0.0.0/8, or an address" },
        { "rules: [{policy: lossy, host: 10.0.0.1}]\n", "f.yaml:1:31: host is \"10.0.0.1\"; expected a name; for an address use cidr" },
        { "rules: [{policy: lossy, host: 'a*'}]\n", "f.yaml:1:31: host is \"a*\"; expected a name such as api.example.com, or *.example.com for all names below it" },
        { "rules: [{port: 80}]\n", "f.yaml:1:9: the rule has no policy; expected {policy: mobile_3g, protocol: tcp, port: 8080}" },
        { "control: 10.0.0.1:8474\n", "f.yaml:1:10: control is \"10.0.0.1:8474\"; expected a loopback address such as 127.0.0.1:8474, because the interface has no authentication" },
        { "dns: {upstream: '127.0.0.53:53'}\n", "f.yaml:1:6: dns has no listen; expected {listen: 127.0.0.1:5353, upstream: 127.0.0.53:53}" },
        { "dns: {listen: '127.0.0.1:53', policy: lossy}\n", "f.yaml:1:39: policy \"lossy\" has no dns; expected dns: {delay: 300ms, timeout: 5%, nxdomain: 5%} in it" },
        { "dns: {listen: '127.0.0.1:53', hosts: {a: b}}\n", "f.yaml:1:42: hosts \"a\" is \"b\"; expected an address or a list of them" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_mistake_is_reported_with_its_place(string text, string problem)
    {
        var e = Assert.Throws<ScenarioException>(() => FaultConfigurationReader.Read("f.yaml", text));
        Assert.Equal([problem], e.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void A_missing_file_is_a_problem_of_the_configuration() =>
        Assert.Contains("cannot be read", Assert.Throws<ScenarioException>(() => FaultConfigurationReader.ReadFile("/nowhere/f.yaml")).Message);

    [Fact]
    public void The_higher_priority_wins_then_the_longer_prefix()
    {
        FaultRule Rule(string name, int priority = 0, string? network = null, string? host = null, int? port = null) => new()
        {
            Name = name, Policy = FaultPolicy.Nothing, Priority = priority, Network = network is null ? null : IPNetwork.Parse(network), Host = host, Port = port,
        };
        string? Find(FaultTarget target, params FaultRule[] rules) => new FaultRules(rules).Find(target)?.Name;
        var address = new FaultTarget(FaultProtocol.Tcp, null, IPAddress.Parse("10.1.2.3"), 80);

        Assert.Equal("16", Find(address, Rule("8", network: "10.0.0.0/8"), Rule("16", network: "10.1.0.0/16"), Rule("all")));
        Assert.Equal("8", Find(address, Rule("8", 1, "10.0.0.0/8"), Rule("16", network: "10.1.0.0/16")));
        Assert.Null(Find(address, Rule("other", network: "192.168.0.0/16"), Rule("port", port: 81), Rule("name", host: "a.test")));
        var named = new FaultTarget(FaultProtocol.Dns, "api.eu.example.com", null, 0);
        Assert.Equal("full", Find(named, Rule("wild", host: "*.example.com"), Rule("full", host: "api.eu.example.com"), Rule("longer", host: "*.eu.example.com")));
        Assert.Equal("longer", Find(named, Rule("wild", host: "*.example.com"), Rule("longer", host: "*.eu.example.com")));
        Assert.Null(Find(named with { Host = "example.com" }, Rule("wild", host: "*.example.com")));
    }
}

using System.Text.RegularExpressions;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;
using static LoadShaper.Domain.Tests.Metrics.Scrape;

namespace LoadShaper.Domain.Tests.Metrics;

public sealed partial class MetricsTableTests
{
    [Fact]
    public void Names_follow_the_conventions_and_are_unique()
    {
        Assert.All(MetricsTable.All, metric =>
        {
            Assert.Matches(NameForm(), metric.Name);
            Assert.Equal(metric.Type == MetricType.Counter, metric.Name.EndsWith("_total", StringComparison.Ordinal));
            Assert.EndsWith(".", metric.Help, StringComparison.Ordinal);
            Assert.DoesNotContain("|", metric.Help, StringComparison.Ordinal);
        });
        Assert.Equal(MetricsTable.All.Count, MetricsTable.All.Select(m => m.Name).Distinct().Count());
    }

    [Fact]
    public void Every_series_of_a_running_daemon_exists_before_the_first_report()
    {
        var before = Series(Input(new HealthState())).Keys;
        var running = Series(Input(Running())).Keys;

        Assert.Equal(running.Order(), before.Order());
    }

    [Fact]
    public void Every_row_has_a_series_for_each_documented_label_value()
    {
        var input = Input(new HealthState());

        foreach (var metric in MetricsTable.All.Where(m => m.LabelValues.Count > 0))
            Assert.Equal(metric.LabelValues.Order(), metric.Read(input).Select(series => series.Labels[0]).Order());
    }

    [Fact]
    public void An_enumeration_has_one_1_and_an_unknown_number_is_NaN()
    {
        var series = Series(Input(new HealthState()));

        Assert.Equal("1", series["loadshaper_verdict{verdict=\"unknown\"}"]);
        Assert.Equal("0", series["loadshaper_verdict{verdict=\"safe\"}"]);
        Assert.Equal("NaN", series["loadshaper_cpu_p95_ratio{grid=\"1h\"}"]);
        Assert.Equal("0", series["loadshaper_controller_state{state=\"maintaining\"}"]);
        Assert.Equal("0", series["loadshaper_gate_closed_seconds_total{cause=\"foreign_cpu\"}"]);
        Assert.Equal("NaN", series["loadshaper_gate_open"]);
    }

    [Fact]
    public void Values_are_in_base_units()
    {
        var series = Series(Input(Running()));

        Assert.Equal("0.25", series["loadshaper_cpu_p95_ratio{grid=\"1m\"}"]);
        Assert.Equal("0.21", series["loadshaper_cpu_p95_ratio{grid=\"1d\"}"]);
        Assert.Equal("0.05", series["loadshaper_verdict_margin_ratio"]);
        Assert.Equal("1", series["loadshaper_verdict{verdict=\"safe\"}"]);
        Assert.Equal("0", series["loadshaper_verdict{verdict=\"unknown\"}"]);
        Assert.Equal(Noon.AddHours(30).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), series["loadshaper_verdict_turns_timestamp_seconds"]);
        Assert.Equal("604800", series["loadshaper_window_seen_seconds"]);
        Assert.Equal("120", series["loadshaper_needed_seconds"]);
        Assert.Equal("0.2", series["loadshaper_idle_threshold_ratio{resource=\"cpu\"}"]);
        Assert.Equal("NaN", series["loadshaper_idle_threshold_ratio{resource=\"memory\"}"]);
        Assert.Equal("1.5", series["loadshaper_cpu_taken_from_others_seconds_total"]);
        Assert.Equal("1", series["loadshaper_controller_state{state=\"maintaining\"}"]);
        Assert.Equal("12.5", series["process_cpu_seconds_total"]);
        Assert.Equal(("120", "1024", "NaN"), (series["process_open_fds"], series["process_max_fds"], series["process_threads"]));
        Assert.Equal("1", series["loadshaper_vm_info{shape=\"VM.Standard.E2.1.Micro\",rule=\"e2\",strategy=\"slots\"}"]);
    }

    [Fact]
    public void Memory_has_a_threshold_where_it_counts()
    {
        var series = Series(Input(new HealthState(), family: ShapeFamily.A1));

        Assert.Equal("0.2", series["loadshaper_idle_threshold_ratio{resource=\"memory\"}"]);
    }

    [Fact]
    public void Each_peer_is_a_series_also_before_it_was_looked_at()
    {
        var settings = new LoadShaperSettings { Network = new NetworkSettings { Peers = [new NetworkPeer("a.test"), new NetworkPeer("10.0.0.2", 99)] } };
        var state = Running() with
        {
            Network = new NetworkStatus(Noon, FallbackPhase.Active, BitRate.Zero, BitRate.Zero, ByteSize.FromBytes(1000),
                [new PeerStatus(new NetworkPeer("a.test"), "10.0.0.1:15201", null), new PeerStatus(new NetworkPeer("10.0.0.2", 99), null, PeerTrouble.Unreachable)]),
        };

        Assert.Equal("NaN", Series(Input(new HealthState(), settings))["loadshaper_network_peer_up{peer=\"a.test\"}"]);
        var series = Series(Input(state, settings));
        Assert.Equal("1", series["loadshaper_network_peer_up{peer=\"a.test\"}"]);
        Assert.Equal("0", series["loadshaper_network_peer_up{peer=\"10.0.0.2:99\"}"]);
        Assert.Equal("1000", series["loadshaper_network_sent_bytes_total"]);
    }

    [Fact]
    public void Oracles_figures_are_NaN_while_nobody_reads_them_and_never_read_is_long_ago()
    {
        var on = new LoadShaperSettings { Oracle = new OracleSettings { Monitoring = OracleMonitoring.Check } };
        var read = new HealthState(Oracle: new OracleStatus(
            OracleMonitoring.Check, new OracleView(Noon, Noon, 10_000, new CpuFigures(24, 23, 22, 21), null, null, null, VerdictKind.Safe, 4), 0, Noon, null, null, Succeeded: 3, Failed: 1));

        Assert.Equal("NaN", Series(Input(new HealthState()))["loadshaper_oci_last_success_timestamp_seconds"]);
        Assert.Equal("0", Series(Input(new HealthState(), on))["loadshaper_oci_last_success_timestamp_seconds"]);
        var series = Series(Input(read, on));
        Assert.Equal("0.24", series["loadshaper_oci_cpu_p95_ratio{grid=\"1m\"}"]);
        Assert.Equal("10000", series["loadshaper_oci_datapoints"]);
        Assert.Equal("3", series["loadshaper_oci_requests_total{result=\"success\"}"]);
        Assert.Equal("1", series["loadshaper_oci_requests_total{result=\"failure\"}"]);
    }

    [Fact]
    public void Channels_and_the_VMs_of_the_fleet_are_series_from_the_start_without_their_addresses()
    {
        var settings = new LoadShaperSettings
        {
            Alerts = new AlertSettings { Channels = AlertUrl.ParseChannels("ntfy://ntfy.sh/SECRET").Value!, Deadman = AlertUrl.ParseDeadman("https://hc-ping.com/SECRET").Value },
            Fleet = new FleetSettings { Peers = FleetPolicy.Parse("vm2=http://u:SECRET@10.0.0.12:8080").Value! },
        };
        var before = Series(Input(new HealthState(), settings));
        var state = new HealthState(
            Alerts: new AlertStatus(
                [new ChannelStatus("ntfy-1", "ntfy://ntfy.sh/***", "HTTP 500", Noon, 2, null, 3, 4, 5), new ChannelStatus("deadman", "https://hc-ping.com/***", null, null, 0, Noon, 6, 0, 0)],
                [new AlertRecord(AlertKind.PeerSilent, "vm2", RaisedAt: Noon)]),
            Fleet: FleetStatus.Unread(settings.Fleet.Peers, Noon)
                .Apply([new FleetReading(settings.Fleet.Peers[0], new FleetReport("degraded", "AT RISK", -1.5, null, "0.1.0"), null)], Noon));
        var after = Series(Input(state, settings));

        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.Equal(("0", "NaN"), (before["loadshaper_notifications_total{channel=\"ntfy-1\",result=\"failed\"}"], before["loadshaper_fleet_peer_up{peer=\"vm2\"}"]));
        Assert.Equal(("3", "4", "5", "6"), (
            after["loadshaper_notifications_total{channel=\"ntfy-1\",result=\"delivered\"}"], after["loadshaper_notifications_total{channel=\"ntfy-1\",result=\"failed\"}"],
            after["loadshaper_notifications_total{channel=\"ntfy-1\",result=\"dropped\"}"], after["loadshaper_notifications_total{channel=\"deadman\",result=\"delivered\"}"]));
        Assert.Equal(("2", "1", "0"), (after["loadshaper_notifications_waiting{channel=\"ntfy-1\"}"], after["loadshaper_alert_raised{alert=\"peer_silent\"}"], after["loadshaper_alert_raised{alert=\"at_risk\"}"]));
        Assert.Equal(("1", "1", "0", "-0.015"), (
            after["loadshaper_fleet_peer_up{peer=\"vm2\"}"], after["loadshaper_fleet_peer_verdict{peer=\"vm2\",verdict=\"at_risk\"}"],
            after["loadshaper_fleet_peer_verdict{peer=\"vm2\",verdict=\"safe\"}"], after["loadshaper_fleet_peer_margin_ratio{peer=\"vm2\"}"]));
        Assert.DoesNotContain("SECRET", Text(Input(state, settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_check_is_1_and_a_check_without_a_row_is_added()
    {
        var series = Series(Input(new HealthState(), health: new HealthVerdict(HealthStatus.Degraded, ["vm_at_risk", "something_new"])));

        Assert.Equal("1", series["loadshaper_problem{check=\"vm_at_risk\"}"]);
        Assert.Equal("0", series["loadshaper_problem{check=\"journal_failing\"}"]);
        Assert.Equal("1", series["loadshaper_problem{check=\"something_new\"}"]);
        Assert.Equal("1", series["loadshaper_health{status=\"degraded\"}"]);
    }

    private static HealthState Running() => new(
        Controller: new ControllerStatus(
            Noon, CpuStrategy.Slots, ControllerState.Maintaining, SlotKind.High, 6.5, new CpuPlan(Percent.Of(35), Noon.AddMinutes(1)),
            new GateDecision(GatePosition.Open, 1, GateCauses.None, null),
            new CpuFigures(25, 24, 23, 21), new CpuFigures(24, 23, 22, 20), new CpuFigures(25, 24, 23, 21), 10_080,
            new Verdict(VerdictKind.Safe, IdleMetric.Cpu, 5, 23, 23, null, 3, TimeSpan.Zero, 2, Noon.AddHours(30)), new Levers(true, false), null, null),
        Burn: new BurnReport(Noon, Percent.Of(25), Percent.Of(20), default, [], TimeSpan.Zero, TimeSpan.FromSeconds(1.5)),
        SampledAt: TimeSpan.Zero, DecidedAt: TimeSpan.Zero);

    [GeneratedRegex("^(loadshaper|process)_[a-z0-9_]+$")]
    private static partial Regex NameForm();
}

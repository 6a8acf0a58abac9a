using System.Net;
using System.Net.Sockets;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Tests.Configuration;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Cli.Tests.FieldCases;

/// <summary>Values as deployments in the field gave them: quoted, with blanks and line ends, set by Kubernetes.</summary>
public sealed class SettingsCaseTests
{
    [Fact]
    public void Quoted_values_of_an_env_file_are_refused_and_the_quotation_marks_are_named()
    {
        var problems = Read(FieldCase.Environment("quoted-env-file", "quoted.env")).Problems;

        Assert.Equal(["CPU_P95_SETPOINT", "CPU_P95_STRATEGY", "HEALTH_PORT"], problems.Select(p => p.Variable).Order());
        Assert.All(problems, problem => Assert.Contains("quotation marks", problem.Broken));
        Assert.StartsWith("remove them: set HEALTH_PORT=9090 ", problems.Single(p => p.Variable == "HEALTH_PORT").Fix);
    }

    [Theory]
    [InlineData("PERSISTENCE_DIR", "\"/var/lib/loadshaper\"", "set PERSISTENCE_DIR=/var/lib/loadshaper")]
    [InlineData("NET_PEERS", "'10.0.0.2,10.0.0.3'", "set NET_PEERS=10.0.0.2,10.0.0.3")]
    [InlineData("CPU_P95_SETPOINT", "“25”", "set CPU_P95_SETPOINT=25")]
    [InlineData("LOADSHAPER_TEMPLATE_DIR", "\"/etc\"", "set LOADSHAPER_TEMPLATE_DIR=/etc")]
    [InlineData("CPU_P95_SETPOINT", "\"25", "remove the quotation mark")]
    [InlineData("LOAD_CHECK_ENABLED", "true'", "remove the quotation mark")]
    public void Quotation_marks_of_every_kind_are_named_for_every_kind_of_setting(string name, string value, string fix) =>
        Assert.Contains(Read(new() { [name] = value }).Problems, problem => problem.Variable == name && problem.Fix.Contains(fix, StringComparison.Ordinal));

    [Fact]
    public void An_apostrophe_inside_a_path_is_part_of_it() =>
        Assert.Equal("/data/o'brien", Read(new() { ["PERSISTENCE_DIR"] = "/data/o'brien" }).Settings!.PersistenceDir);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(" 127.0.0.1 ")]
    [InlineData("127.0.0.1\r")]
    [InlineData("localhost\n")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("::")]
    [InlineData("[::]\r\n")]
    public async Task The_healthcheck_asks_where_run_listens(string host)
    {
        var settings = Read(new() { ["HEALTH_HOST"] = host }).Settings!;
        using var daemon = new TcpListener(IPAddress.Parse(settings.Health.Host), 0);
        if (settings.Health.Host == "::")
            daemon.Server.DualMode = true;
        daemon.Start();
        var environment = new Dictionary<string, string> { ["HEALTH_HOST"] = host, ["HEALTH_PORT"] = $" {((IPEndPoint)daemon.LocalEndpoint).Port}\r\n" };
        using var output = new StringWriter();
        using var error = new StringWriter();
        var asking = HealthcheckCommand.RunAsync(environment, output, error, CancellationToken.None);

        await AnswerAsync(daemon);

        Assert.Equal((ExitCode.Ok, ""), (await asking, error.ToString()));
        Assert.Contains("well", output.ToString());
    }

    [Fact]
    public async Task The_healthcheck_takes_the_port_from_a_template_as_run_does()
    {
        using var daemon = new TcpListener(IPAddress.Loopback, 0);
        daemon.Start();
        using var templates = new FileTree(("a1-flex-2.env", $"HEALTH_PORT={((IPEndPoint)daemon.LocalEndpoint).Port}\n"));
        var environment = new Dictionary<string, string> { ["LOADSHAPER_SHAPE"] = "a1-flex-2", ["LOADSHAPER_TEMPLATE_DIR"] = templates.Root };
        var asking = HealthcheckCommand.RunAsync(environment, TextWriter.Null, TextWriter.Null, CancellationToken.None);

        await AnswerAsync(daemon);

        Assert.Equal(ExitCode.Ok, await asking);
    }

    [Fact]
    public async Task The_healthcheck_does_not_ask_with_a_port_that_run_refuses()
    {
        using var error = new StringWriter();
        var code = await HealthcheckCommand.RunAsync(new Dictionary<string, string> { ["HEALTH_PORT"] = "\"8080\"" }, TextWriter.Null, error, CancellationToken.None);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("quotation marks", error.ToString());
    }

    [Theory]
    [InlineData(" FALSE\r")]
    [InlineData("off")]
    public async Task A_healthcheck_without_an_endpoint_is_healthy(string off) =>
        Assert.Equal(ExitCode.Ok, await HealthcheckCommand.RunAsync(new Dictionary<string, string> { ["HEALTH_ENABLED"] = off }, TextWriter.Null, TextWriter.Null, CancellationToken.None));

    [Theory]
    [InlineData(" /data\r\n", "/data")]
    [InlineData("/data/../srv", "/srv")]
    [InlineData("", "/var/lib/loadshaper")]
    public void Replay_reads_the_data_directory_as_run_does(string given, string directory)
    {
        Assert.Equal(directory, ConfigurationLoader.DataDirectory(null, new Dictionary<string, string> { ["PERSISTENCE_DIR"] = given }));
        Assert.Equal("/other", ConfigurationLoader.DataDirectory("/other", new Dictionary<string, string> { ["PERSISTENCE_DIR"] = given }));
    }

    [Fact]
    public void A_Kubernetes_Service_named_health_is_recognised_and_ignored()
    {
        var reading = Read(FieldCase.Environment("k8s-service-links", "service-named-health.env"));

        Assert.Equal(8080, reading.Settings!.Health.Port);
        var warning = Assert.Single(reading.Warnings);
        Assert.Equal(("HEALTH_PORT", "is the Kubernetes link of a Service named health and is ignored"), (warning.Variable, warning.Broken));
        Assert.Contains("enableServiceLinks: false", warning.Fix);
    }

    [Fact]
    public void A_Service_named_net_with_two_ports_is_recognised_too()
    {
        var reading = Read(new()
        {
            ["NET_PORT"] = "udp://[fd00::7]:53",
            ["NET_SERVICE_HOST"] = "fd00::7",
            ["NET_SERVICE_PORT"] = "53",
            ["NET_SERVICE_PORT_DNS_TCP"] = "53",
            ["NET_PORT_53_UDP"] = "udp://[fd00::7]:53",
            ["NET_PORT_53_UDP_PROTO"] = "udp",
            ["NET_PORT_53_TCP_ADDR"] = "fd00::7",
        });

        Assert.Equal("NET_PORT", Assert.Single(reading.Warnings).Variable);
        Assert.Equal(15201, reading.Settings!.Network.Port);
    }

    [Fact]
    public void A_docker_link_is_recognised_by_its_address()
    {
        var reading = Read(new() { ["HEALTH_PORT"] = "tcp://172.17.0.5:8080", ["HEALTH_PORT_8080_TCP_ADDR"] = "172.17.0.5" });
        Assert.Equal("HEALTH_PORT", Assert.Single(reading.Warnings).Variable);
    }

    [Fact]
    public void A_port_that_the_pod_sets_wins_over_the_link()
    {
        var reading = Read(new() { ["HEALTH_PORT"] = "9090", ["HEALTH_SERVICE_HOST"] = "10.43.0.7", ["HEALTH_PORT_8080_TCP"] = "tcp://10.43.0.7:8080" });
        Assert.Empty(reading.Warnings);
        Assert.Equal(9090, reading.Settings!.Health.Port);
    }

    [Fact]
    public void A_link_without_any_sign_of_a_Service_is_refused_with_the_likely_cause() =>
        Assert.Contains("enableServiceLinks: false", Assert.Single(Read(new() { ["HEALTH_PORT"] = "tcp://10.43.0.7:8080" }).Problems).Fix);

    [Theory]
    [InlineData("enp0s6", "enp0s6")]
    [InlineData("eth0@if7", "eth0")]
    [InlineData("bond0.100@bond0", "bond0.100")]
    [InlineData("veth12@if3:", "veth12")]
    public void An_interface_copied_from_ip_link_is_understood(string text, string name) =>
        Assert.Equal(name, Read(new() { ["NET_IFACE_INNER"] = text }).Settings!.Network.ContainerInterface);

    [Theory]
    [InlineData("enx001122334455667788", "alternative name")]
    [InlineData("@if7", "`ip link` shows")]
    public void What_cannot_be_an_interface_is_refused(string text, string fix) =>
        Assert.Contains(fix, Assert.Single(Read(new() { ["NET_IFACE_INNER"] = text }).Problems).Fix);

    private static SettingsReading Read(Dictionary<string, string> environment) => SettingsReader.For().Read(environment, Machines.Generic);

    private static async Task AnswerAsync(TcpListener daemon)
    {
        using var asked = await daemon.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(2));
        var stream = asked.GetStream();
        Assert.True(await stream.ReadAsync(new byte[4096]) > 0);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwell"u8.ToArray());
    }
}

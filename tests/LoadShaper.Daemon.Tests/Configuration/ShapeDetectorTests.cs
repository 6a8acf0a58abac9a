using LoadShaper.Daemon.Configuration;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>The shape from the machine or from Oracle, remembered for five minutes; and the settings that follow from it.</summary>
public sealed class ShapeDetectorTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Without_the_probe_no_request_is_made()
    {
        await using var server = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        using var oracle = Machine();
        using var client = Client(server);
        var shape = await new ShapeDetector(new MachineFactsReader(oracle.Root, "x86_64"), client).DetectAsync(probe: false, Noon);

        Assert.Equal("VM.Standard.E2.1.Micro", shape.Name);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task With_the_probe_what_Oracle_says_wins()
    {
        await using var server = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        using var oracle = Machine();
        using var client = Client(server);
        var shape = await new ShapeDetector(new MachineFactsReader(oracle.Root, "aarch64"), client).DetectAsync(probe: true, Noon);

        Assert.Equal(("VM.Standard.A1.Flex", "instance metadata", "a1-flex-2.env"), (shape.Name, shape.Source, shape.Template));
        Assert.Equal("2000", shape.Scaled["NET_LINK_MBIT"]);
        Assert.Equal("683", shape.Scaled["MEM_MIN_FREE_MB"]);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_a_warning_and_the_facts_of_the_machine_decide()
    {
        await using var server = await MetadataServer.StartAsync(500, "");
        using var oracle = Machine();
        using var client = Client(server);
        var shape = await new ShapeDetector(new MachineFactsReader(oracle.Root, "x86_64"), client).DetectAsync(probe: true, Noon);

        Assert.Equal("VM.Standard.E2.1.Micro", shape.Name);
        Assert.Contains("answered 500", Assert.Single(shape.Warnings));
    }

    [Fact]
    public async Task An_answer_is_kept_for_five_minutes()
    {
        await using var server = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        using var oracle = Machine();
        using var client = Client(server);
        var detector = new ShapeDetector(new MachineFactsReader(oracle.Root, "aarch64"), client);

        await detector.DetectAsync(probe: true, Noon);
        await detector.DetectAsync(probe: true, Noon.AddSeconds(299));
        Assert.Single(server.Requests);

        await detector.DetectAsync(probe: true, Noon.AddSeconds(300));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_clock_set_back_or_another_question_ends_it()
    {
        await using var server = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        using var oracle = Machine();
        using var client = Client(server);
        var detector = new ShapeDetector(new MachineFactsReader(oracle.Root, "aarch64"), client);

        await detector.DetectAsync(probe: true, Noon);
        await detector.DetectAsync(probe: true, Noon.AddSeconds(-1));
        Assert.Equal(2, server.Requests.Count);
        await detector.DetectAsync(probe: false, Noon);
        await detector.DetectAsync(probe: true, Noon);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task The_loader_reads_the_settings_of_the_shape_that_Oracle_names()
    {
        await using var server = await MetadataServer.StartAsync(200, MetadataServer.A1Answer);
        using var oracle = Machine();
        using var client = Client(server);
        var loader = new ConfigurationLoader(SettingsReader.For(), new ShapeDetector(new MachineFactsReader(oracle.Root, "aarch64"), client));

        var loaded = await loader.ReadAsync(Machines.Env("ORACLE_METADATA_PROBE=1", "PROTECT_WITH=memory"), Noon);
        Assert.Empty(loaded.Reading.Problems);
        Assert.Equal(2000, loaded.Reading.Settings!.Network.Link.Mbit);

        var unprobed = await loader.ReadAsync(Machines.Env(), Noon);
        Assert.Equal("DMI chassis tag", unprobed.Shape.Source);
    }

    private static FileTree Machine() => new(
        ("sys/class/dmi/id/chassis_asset_tag", "OracleCloud.com"),
        ("sys/devices/system/cpu/online", "0-1"),
        ("proc/meminfo", "MemTotal: 978180 kB\nMemFree: 101132 kB\n"));

    private static MetadataClient Client(MetadataServer server) => new(server.Address, TimeSpan.FromSeconds(30), pause: TimeSpan.Zero);
}

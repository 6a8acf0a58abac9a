using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Templates: those shipped, those of the user, and everything that can be wrong with one.</summary>
public sealed class TemplateTests
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "config-templates");

    private static readonly string[] Shapes = ["e2-1-micro", "e2-2-micro", "a1-flex-1", "a1-flex-2", "a1-flex-3", "a1-flex-4"];

    private static readonly string[] Jumbo = ["e2-1-micro", "e2-2-micro", "a1-flex-1", "a1-flex-4"];

    private static readonly string[] Files = [.. Shapes.Select(s => s + ".env"), .. Jumbo.Select(s => s + "-jumbo.env")];

    public static TheoryData<string> All() => [.. Files];

    [Fact]
    public void Six_shapes_and_four_jumbo_variants_are_shipped() =>
        Assert.Equal(Files.Order(), Directory.GetFiles(Shipped).Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(All))]
    public void A_shipped_template_is_valid_on_its_shape_without_a_warning(string file)
    {
        var reading = ReadWith(file);
        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        Assert.NotNull(reading.Settings);
        Assert.Contains(reading.Values, v => v.Origin.File == file && v.Origin.Line > 1);
    }

    [Theory]
    [InlineData("e2-1-micro.env", 23.5, 28, 35, 0, 512, 64, 15, 50, 40, 45, 80, 40)]
    [InlineData("e2-2-micro.env", 25, 28, 35, 0, 512, 64, 25, 50, 40, 50, 85, 40)]
    [InlineData("a1-flex-1.env", 25, 28, 40, 30, 512, 64, 25, 1000, 800, 85, 90, 60)]
    [InlineData("a1-flex-2.env", 25, 28, 40, 30, 1024, 256, 25, 2000, 1600, 85, 90, 60)]
    [InlineData("a1-flex-3.env", 25, 28, 40, 30, 1536, 384, 25, 3000, 2400, 85, 90, 60)]
    [InlineData("a1-flex-4.env", 30, 35, 40, 30, 1024, 256, 30, 4000, 3200, 85, 90, 60)]
    public void A_template_sets_what_the_specification_says_of_its_shape(
        string file, double setPoint, double max, double high, double memory, double reserve, double step, double network, double link, double rate, double cpuStop, double memoryStop, double networkStop)
    {
        var s = ReadWith(file).Settings!;
        Assert.Equal(
            [setPoint, max, high, memory, reserve, step, network, link, rate, cpuStop, memoryStop, networkStop],
            [s.Cpu.SetPoint.Value, s.Cpu.TargetMax.Value, s.Cpu.HighIntensity.Value, s.Memory.Target.Value, s.Memory.Reserve.MiB, s.Memory.Step.MiB,
             s.Network.Target.Value, s.Network.Link.Mbit, s.Network.MaxRate.Mbit, s.Gate.CpuStop.Value, s.Gate.MemoryStop.Value, s.Gate.NetworkStop.Value]);
    }

    [Theory]
    [InlineData("e2-1-micro")]
    [InlineData("e2-2-micro")]
    [InlineData("a1-flex-1")]
    [InlineData("a1-flex-4")]
    public void A_jumbo_variant_differs_from_its_shape_in_packets_and_bursts_alone(string shape)
    {
        var (plain, jumbo) = (ReadWith(shape + ".env").Settings!, ReadWith(shape + "-jumbo.env").Settings!);
        Assert.Equal((8900, 5.0), (jumbo.Network.PacketSize.Bytes, jumbo.Network.Burst.TotalSeconds));
        Assert.Equal(plain with { Network = jumbo.Network }, jumbo);
        Assert.Equal(plain.Network with { Burst = jumbo.Network.Burst, Peers = jumbo.Network.Peers }, jumbo.Network);
    }

    [Fact]
    public void The_environment_wins_over_the_template_and_the_template_over_the_default()
    {
        var reading = SettingsReader.For().Read(Machines.Env("CPU_STOP_PCT=70"), Machines.Micro);

        Assert.Equal("environment", Origin(reading, "CPU_STOP_PCT"));
        Assert.Matches(@"^e2-1-micro\.env:\d+$", Origin(reading, "CPU_P95_SETPOINT"));
        Assert.Equal("reference.conf", Origin(reading, "CONTROL_PERIOD_SEC"));
        Assert.Equal((70, 23.5), (reading.Settings!.Gate.CpuStop.Value, reading.Settings.Cpu.SetPoint.Value));
    }

    [Fact]
    public void An_empty_variable_leaves_the_template_in_force()
    {
        var reading = SettingsReader.For().Read(Machines.Env("CPU_P95_SETPOINT="), Machines.Micro);
        Assert.Equal(23.5, reading.Settings!.Cpu.SetPoint.Value);
    }

    [Fact]
    public void A_problem_in_a_template_names_file_and_line()
    {
        var problems = ReadOwn("# mine\n\nLOAD_RESUME_THRESHOLD=0.7\nNET_MODE=mesh\nthis is no setting\nNET_TTL=2\nNET_TTL=3\n").Problems;
        Assert.Equal(
            [
                ("e2-1-micro.env:5", "line", "is not NAME=value"),
                ("e2-1-micro.env:7", "NET_TTL", "is set a second time, after line 6"),
                ("e2-1-micro.env:4", "NET_MODE", "is not one of off, client, server, both"),
                ("e2-1-micro.env:3", "LOAD_RESUME_THRESHOLD", "must be below LOAD_THRESHOLD 0.6"),
            ],
            problems.Select(p => (p.Origin.ToString(), p.Variable, p.Broken)));
    }

    [Fact]
    public void A_relation_broken_between_template_and_environment_is_blamed_on_the_environment()
    {
        using var own = new FileTree(("e2-1-micro.env", "LOAD_RESUME_THRESHOLD=0.5\n"));
        var reading = SettingsReader.For().Read(Machines.Env($"LOADSHAPER_TEMPLATE_DIR={own.Root}", "LOAD_THRESHOLD=0.3"), Machines.Micro);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal(("environment", "LOAD_THRESHOLD", "must be above LOAD_RESUME_THRESHOLD 0.5"), (problem.Origin.ToString(), problem.Variable, problem.Broken));
    }

    [Fact]
    public void Quotes_comments_blanks_and_export_are_understood_as_in_an_env_file()
    {
        var settings = ReadOwn("""
              # a comment
            export HEALTH_PORT = 18080
            CPU_P95_SETPOINT=24.5   # a comment behind
            NET_IFACE="ens5" # quoted
            NET_IFACE_INNER='eth#1'
            PERSISTENCE_DIR=/data/a#b
            MEM_STEP_MB=
            """.ReplaceLineEndings("\r\n")).Settings!;

        Assert.Equal((18080, 24.5, "ens5", "eth#1", "/data/a#b", 64.0),
            (settings.Health.Port, settings.Cpu.SetPoint.Value, settings.Network.HostInterface, settings.Network.ContainerInterface, settings.PersistenceDir, settings.Memory.Step.MiB));
    }

    [Theory]
    [InlineData("CPU_P95_SETPOINT=\"24\"5")]
    [InlineData("CPU_P95_SETPOINT=\"24")]
    [InlineData("CPU_P95_SETPOINT='24\"")]
    public void Quotes_that_do_not_enclose_the_value_are_part_of_it(string line)
    {
        var problem = Assert.Single(ReadOwn(line + "\n").Problems);
        Assert.Equal((line["CPU_P95_SETPOINT=".Length..], "is not a number"), (problem.Value, problem.Broken));
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_first_name()
    {
        using var own = new FileTree();
        File.WriteAllText(own["e2-1-micro.env"], "CPU_P95_SETPOINT=24\r\nNET_TTL=2\r\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var reading = SettingsReader.For().Read(Machines.Env($"LOADSHAPER_TEMPLATE_DIR={own.Root}"), Machines.Micro);
        Assert.Empty(reading.Warnings);
        Assert.Equal((24.0, 2), (reading.Settings!.Cpu.SetPoint.Value, reading.Settings.Network.Ttl));
    }

    [Fact]
    public void A_template_that_is_there_but_cannot_be_read_is_a_problem_and_not_a_missing_one()
    {
        // A directory in its place: nobody may read that as a file, not even root.
        using var own = new FileTree(("e2-1-micro.env/inside", ""));
        var problem = Assert.Single(SettingsReader.For().Read(Machines.Env($"LOADSHAPER_TEMPLATE_DIR={own.Root}"), Machines.Micro).Problems);
        Assert.Equal("LOADSHAPER_TEMPLATE_DIR", problem.Variable);
        Assert.StartsWith("has a e2-1-micro.env that cannot be read", problem.Broken);
    }

    [Fact]
    public void Nothing_in_a_template_is_expanded()
    {
        var problem = Assert.Single(ReadOwn("NET_PEERS=$(hostname)\n").Problems);
        Assert.Equal("$(hostname)", problem.Value);
    }

    [Fact]
    public void A_misspelt_name_in_a_template_is_a_warning_with_its_line()
    {
        var warning = Assert.Single(ReadOwn("CPU_TARGET_PCT=25\n").Warnings);
        Assert.Equal(("e2-1-micro.env:1", "CPU_TARGET_PCT"), (warning.Origin.ToString(), warning.Variable));
    }

    [Theory]
    [InlineData("LOADSHAPER_TEMPLATE_DIR=/elsewhere")]
    [InlineData("ORACLE_METADATA_PROBE=1")]
    [InlineData("LOADSHAPER_SHAPE=a1-flex-1")]
    public void What_decides_on_the_template_cannot_be_in_it(string line)
    {
        var problem = Assert.Single(ReadOwn(line + "\n").Problems);
        Assert.StartsWith("cannot be set in a template", problem.Broken);
    }

    [Fact]
    public void A_template_directory_that_is_not_there_is_a_problem()
    {
        var reading = SettingsReader.For().Read(Machines.Env("LOADSHAPER_TEMPLATE_DIR=/no/such/place"), Machines.Generic);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal(("LOADSHAPER_TEMPLATE_DIR", "/no/such/place", SettingOrigin.Environment), (problem.Variable, problem.Value, problem.Origin));
    }

    [Fact]
    public void The_default_directory_written_out_means_the_one_beside_the_program()
    {
        var reading = SettingsReader.For().Read(Machines.Env("LOADSHAPER_TEMPLATE_DIR=config-templates/"), Machines.Micro);
        Assert.Empty(reading.Problems);
        Assert.Equal(23.5, reading.Settings!.Cpu.SetPoint.Value);
    }

    [Fact]
    public void A_directory_without_the_template_of_the_shape_is_a_warning_and_the_defaults_hold()
    {
        using var empty = new FileTree();
        var reading = SettingsReader.For().Read(Machines.Env($"LOADSHAPER_TEMPLATE_DIR={empty.Root}"), Machines.Micro);
        Assert.Equal(25, reading.Settings!.Cpu.SetPoint.Value);
        Assert.Contains("has no e2-1-micro.env for VM.Standard.E2.1.Micro", Assert.Single(reading.Warnings).Broken);
    }

    [Fact]
    public void A_file_too_large_to_be_a_template_is_not_read()
    {
        var problem = Assert.Single(ReadOwn(new string('#', 70_000)).Problems);
        Assert.Contains("more than 64 KiB", problem.Broken);
    }

    [Fact]
    public void A_program_without_any_file_beside_it_has_its_defaults()
    {
        using var bare = new FileTree();
        var reading = SettingsReader.For(bare.Root).Read(Machines.Env(), Machines.Generic);
        Assert.Equal(25, reading.Settings!.Cpu.SetPoint.Value);
        Assert.Empty(reading.Warnings);
    }

    [Fact]
    public void An_A1_off_the_grid_takes_the_nearest_template_scaled_to_its_figures()
    {
        var shape = ShapePolicy.Decide(new MachineFacts("aarch64", 2, ByteSize.FromMiB(7800), "DMI chassis tag"));
        var reading = SettingsReader.For().Read(Machines.Env(), shape);

        Assert.Empty(reading.Problems);
        Assert.Equal("a1-flex-2.env (scaled)", Origin(reading, "MEM_MIN_FREE_MB"));
        Assert.Equal((2000, 1600, 683, 171), (reading.Settings!.Network.Link.Mbit, reading.Settings.Network.MaxRate.Mbit, reading.Settings.Memory.Reserve.MiB, reading.Settings.Memory.Step.MiB));
        Assert.Equal(30, reading.Settings.Memory.Target.Value);
    }

    private static SettingsReading ReadWith(string file)
    {
        var shape = file.StartsWith("a1", StringComparison.Ordinal) ? Machines.A1 : Machines.Micro;
        return SettingsReader.For().Read(Machines.Env(), shape with { Template = file });
    }

    private static SettingsReading ReadOwn(string template)
    {
        using var own = new FileTree(("e2-1-micro.env", template));
        return SettingsReader.For().Read(Machines.Env($"LOADSHAPER_TEMPLATE_DIR={own.Root}"), Machines.Micro);
    }

    private static string Origin(SettingsReading reading, string name) => reading.Values.Single(v => v.Setting.Name == name).Origin.ToString();
}

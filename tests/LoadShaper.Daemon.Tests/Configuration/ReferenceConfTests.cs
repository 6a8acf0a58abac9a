using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>reference.conf is generated from the settings table; a changed file beside the program applies.</summary>
public sealed class ReferenceConfTests
{
    private static string Text => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "reference.conf"));

    public static TheoryData<string> Names() => [.. SettingsTable.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_default_in_the_file_is_the_default_of_the_table(string name)
    {
        var reference = ReferenceConf.Parse(Text);
        Assert.Equal(SettingsTable.Find(name)!.Default, reference.Values[name].Text);
    }

    [Fact]
    public void The_file_is_the_one_that_is_generated_from_the_table() =>
        Assert.Equal(SettingsDocument.ReferenceConf(), Text);

    [Fact]
    public void It_has_the_name_the_bounds_the_description_and_the_risk_of_every_setting() =>
        Assert.All(SettingsTable.All, setting => Assert.Contains(
            $"[{setting.Name}: {setting.Bounds}] {setting.Note} Risk: {setting.Risk}",
            string.Join(' ', SettingsDocument.ReferenceConf().Split([' ', '\n', '#'], StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void The_file_has_no_key_that_is_no_setting() => Assert.Empty(ReferenceConf.Parse(Text).Warnings);

    [Fact]
    public void A_changed_file_beside_the_program_is_honoured_and_the_rest_stays()
    {
        using var program = new FileTree(("hocon/reference.conf", """
            loadshaper {
              sampling.control-period = 2s
              memory {
                step = 128MiB
              }
              network {
                peers = ["10.0.0.2", "10.0.0.3"]
                link = 50 Mbit
                max-rate = 40
              }
              gate.cpu-stop = 70%
              persistence.journal-retention = 30d
            }
            """));
        var reading = SettingsReader.For(program.Root).Read(Machines.Env(), Machines.Generic);
        Assert.Empty(reading.Problems.Select(SettingsReport.Line));
        var settings = reading.Settings!;

        Assert.Equal((2.0, 128.0, "10.0.0.2 10.0.0.3", 70.0, 50.0, 30.0, 25.0),
            (settings.Sampling.ControlPeriod.TotalSeconds, settings.Memory.Step.MiB, string.Join(' ', settings.Network.Peers), settings.Gate.CpuStop.Value,
             settings.Network.Link.Mbit, settings.JournalRetention.TotalDays, settings.Cpu.SetPoint.Value));
    }

    [Fact]
    public void A_wrong_value_in_the_file_is_reported_with_the_file_as_its_source()
    {
        var reading = ReadWith("loadshaper.cpu.p95.set-point = 31%");
        var problem = Assert.Single(reading.Problems);
        Assert.Equal(("CPU_P95_SETPOINT", "31", "reference.conf"), (problem.Variable, problem.Value, problem.Origin.ToString()));
    }

    [Theory]
    [InlineData("loadshaper.sampling.control-period = soon")]
    [InlineData("loadshaper.memory.step = much")]
    [InlineData("loadshaper.network.burst = {}")]
    public void A_value_that_cannot_be_read_is_a_problem(string hocon) =>
        Assert.Equal("reference.conf", Assert.Single(ReadWith(hocon).Problems).Origin.ToString());

    [Theory]
    [InlineData("loadshaper { cpu { p95 { set-point = 24 }")]
    [InlineData("loadshaper { cpu {")]
    [InlineData("loadshaper { cpu.p95.set-point = \"24 }")]
    [InlineData("loadshaper { cpu = 1 },\nloadshaper.health.port = 1")]
    public void A_file_that_is_no_HOCON_is_a_problem_and_not_an_exception(string hocon) =>
        Assert.Contains("cannot be read", Assert.Single(ReadWith(hocon).Problems).Broken);

    [Theory]
    [InlineData("loadshaper { cpu.p95.set-point = 24 }\n# the last line has no end")]
    [InlineData("loadshaper.cpu.p95.set-point = 24")]
    public void A_file_that_ends_anyhow_is_read_to_its_end(string hocon)
    {
        var reading = ReadWith(hocon);

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        Assert.Equal(24, reading.Settings!.Cpu.SetPoint.Value);
    }

    [Fact]
    public void An_unknown_key_in_the_file_is_a_warning() =>
        Assert.Equal("loadshaper.cpu.p95.set-piont", Assert.Single(ReadWith("loadshaper.cpu.p95.set-piont = 26").Warnings).Variable);

    private static SettingsReading ReadWith(string hocon)
    {
        using var program = new FileTree(("hocon/reference.conf", hocon));
        return SettingsReader.For(program.Root).Read(Machines.Env(), Machines.Generic);
    }
}

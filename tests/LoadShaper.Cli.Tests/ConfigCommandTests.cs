using System.CommandLine;
using System.Text.Json;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Tests.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Cli.Tests;

/// <summary>What `config` prints, and how it ends.</summary>
public sealed class ConfigCommandTests
{
    [Fact]
    public void Every_setting_is_shown_with_value_source_default_and_bounds()
    {
        var (code, output, error) = Show(Machines.Micro, "CPU_STOP_PCT=50");

        Assert.Equal((0, ""), (code, error));
        Assert.All(SettingsTable.All, s => Assert.Contains($"\n{s.Name} ", output));
        Assert.StartsWith(
            """
            shape     VM.Standard.E2.1.Micro, 2 CPUs, 956 MiB (from: DMI chassis tag)
            rule      E2: CPU and network count
            template  e2-1-micro.env

            NAME
            """.ReplaceLineEndings("\n"), output);
        Assert.Matches(@"\nCPU_P95_SETPOINT +23\.5 +e2-1-micro\.env:\d+ +25 +0 – 100 %\n", output);
        Assert.Matches(@"\nCPU_STOP_PCT +50 +environment +85 +0 – 100 %\n", output);
        Assert.Matches(@"\nNET_PEERS +- +reference\.conf +- +addresses or host names", output);
    }

    [Fact]
    public void Problems_and_warnings_go_to_standard_error_and_end_with_78()
    {
        var (code, output, error) = Show(Machines.Generic, "LOAD_RESUME_THRESHOLD=0.7", "CPU_P95_SETPOINT=31", "CPU_P95_SETPIONT=25");

        Assert.Equal(78, code);
        Assert.Contains("CPU_P95_SETPOINT", output);
        Assert.Equal(
            """
            configuration has 1 warning
              environment  CPU_P95_SETPIONT  25 is not a setting and has no effect
                                             Fix: did you mean CPU_P95_SETPOINT?
            configuration has 2 problems; LoadShaper does not start
              environment  LOAD_RESUME_THRESHOLD  0.7 must be below LOAD_THRESHOLD 0.6
                                                  Fix: lower LOAD_RESUME_THRESHOLD or raise LOAD_THRESHOLD
              environment  CPU_P95_SETPOINT       31 is outside CPU_P95_TARGET_MIN – CPU_P95_TARGET_MAX, 22 – 28
                                                  Fix: set CPU_P95_SETPOINT between 22 and 28, or move CPU_P95_TARGET_MIN and CPU_P95_TARGET_MAX around it

            """.ReplaceLineEndings("\n"), error);
    }

    [Fact]
    public void A_shape_beyond_Always_Free_is_reported()
    {
        var big = ShapePolicy.Decide(new MachineFacts("aarch64", 4, Machines.A1.Memory, "DMI chassis tag"));
        Assert.StartsWith("warning: A1 with 4 OCPU and 12 GB is more than Always Free includes", Show(big).Error);
    }

    [Fact]
    public void A_value_from_outside_cannot_break_the_terminal()
    {
        var error = Show(Machines.Generic, "NET_MODE=\u001b[2Jwiped\nnext", $"NET_IFACE={new string('x', 1000)}").Error;
        Assert.DoesNotContain('\u001b', error);
        Assert.Contains("?[2Jwiped?next is not one of", error);
        Assert.All(error.Split('\n'), line => Assert.True(line.Length < 250));
    }

    [Fact]
    public void Json_has_every_setting_the_shape_and_the_problems()
    {
        using var output = new StringWriter();
        var code = ConfigCommand.ShowJson(Loaded(Machines.Micro, "NET_MODE=mesh"), output);

        Assert.Equal(78, code);
        using var json = JsonDocument.Parse(output.ToString());
        var root = json.RootElement;
        Assert.False(root.GetProperty("valid").GetBoolean());
        Assert.Equal("VM.Standard.E2.1.Micro", root.GetProperty("shape").GetProperty("name").GetString());
        Assert.Equal(SettingsTable.All.Select(s => s.Name), root.GetProperty("settings").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        var setPoint = root.GetProperty("settings").EnumerateArray().Single(s => s.GetProperty("name").GetString() == "CPU_P95_SETPOINT");
        Assert.Equal(("23.5", "template", "e2-1-micro.env", "25", 0.0, 100.0),
            (setPoint.GetProperty("value").GetString(), setPoint.GetProperty("source").GetString(), setPoint.GetProperty("file").GetString(),
             setPoint.GetProperty("default").GetString(), setPoint.GetProperty("min").GetDouble(), setPoint.GetProperty("max").GetDouble()));
        var problem = Assert.Single(root.GetProperty("problems").EnumerateArray());
        Assert.Equal(("NET_MODE", "mesh", "environment"), (problem.GetProperty("variable").GetString(), problem.GetProperty("value").GetString(), problem.GetProperty("source").GetString()));
    }

    [Fact]
    public void Explain_says_what_a_setting_does_and_the_risk_of_a_wrong_value()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, ConfigCommand.Explain(Loaded(Machines.Micro), "net_fallback_min_on_sec", output, error));
        Assert.Equal(
            """
            NET_FALLBACK_MIN_ON_SEC=60

              Once active, stay active at least this long, unless the gate closes.
              Risk: With a value below the ramp the full rate is never reached.

              from     reference.conf
              default  60
              bounds   0 – 86400 s
              key      loadshaper.network.fallback.min-on in hocon/reference.conf

            """.ReplaceLineEndings("\n"), output.ToString());
    }

    [Fact]
    public void Explain_of_an_unknown_name_suggests_the_nearest()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, ConfigCommand.Explain(Loaded(Machines.Micro), "NET_PORTS", output, error));
        Assert.Equal("NET_PORTS is not a setting; did you mean NET_PORT?", error.ToString().TrimEnd());
    }

    [Fact]
    public void The_env_template_uncommented_is_the_defaults()
    {
        var uncommented = string.Join('\n', ConfigCommand.EnvTemplate().Split('\n')
            .Select(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) ? line[1..] : line)
            .Where(line => !line.StartsWith("LOADSHAPER_TEMPLATE_DIR", StringComparison.Ordinal) && !line.StartsWith("ORACLE_METADATA_PROBE", StringComparison.Ordinal) && !line.StartsWith("LOADSHAPER_SHAPE", StringComparison.Ordinal)));
        using var own = new FileTree(("e2-1-micro.env", uncommented));
        var reading = SettingsReader.For().Read(Machines.Env($"LOADSHAPER_TEMPLATE_DIR={own.Root}"), Machines.Micro);

        Assert.Empty(reading.Problems);
        Assert.All(reading.Values.Where(v => v.Setting.Name != "LOADSHAPER_TEMPLATE_DIR"), v => Assert.Equal(v.Setting.Default, v.Text));
        // An empty one counts as not set, and the two that select a template are not taken from it.
        Assert.Equal(SettingsTable.All.Count(setting => setting.Default != "") - 2, reading.Values.Count(v => v.Origin.Source == SettingSource.Template));
    }

    [Theory]
    [InlineData("--env-template", "# LoadShaper: uncomment the settings to change.")]
    [InlineData("--json", "{")]
    [InlineData("--reference-conf", "# The defaults of LoadShaper.")]
    [InlineData("--markdown", "# Configuration")]
    [InlineData("--explain HEALTH_PORT", "HEALTH_PORT=")]
    [InlineData("", "shape     ")]
    public async Task Each_option_answers_on_standard_output(string options, string begin)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        await ConfigCommand.Create().Parse(options).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        Assert.StartsWith(begin, output.ToString());
    }

    private static LoadedConfiguration Loaded(Shape shape, params string[] set)
    {
        var (reader, environment) = (SettingsReader.For(), Machines.Env(set));
        return new LoadedConfiguration(shape, reader.Read(environment, shape), reader.ReadEarly(environment));
    }

    private static (int Code, string Output, string Error) Show(Shape shape, params string[] set)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = ConfigCommand.Show(Loaded(shape, set), output, error);
        return (code, output.ToString(), error.ToString());
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LoadShaper.Cli.Simulate;
using Xunit;

namespace LoadShaper.Cli.Tests.Simulate;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("simulate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_prints_a_table_a_verdict_and_a_chart()
    {
        var (code, output, error) = Run("--days 9 --noise 1 --strategy blocks");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("", error);
        Assert.StartsWith("9 days, strategy blocks, seed 1; readings from 2026-01-12 00:00 UTC\n", output, StringComparison.Ordinal);
        foreach (var part in new[] { "| 1 min ", "| 5 min ", "| 1 h ", "| each UTC day ", "hours under 20", "own CPU ", "transitions", "verdict SAFE: saved by cpu", "would turn 2026-01-", "P95 of 7 days, 1 min %", "total CPU %" })
            Assert.Contains(part, output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 160));
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void The_same_seed_gives_the_same_text()
    {
        var first = Run("--days 2 --noise 1 --seed 7");

        Assert.Equal(first, Run("--days 2 --noise 1 --seed 7"));
        Assert.NotEqual(first, Run("--days 2 --noise 1 --seed 8"));
    }

    [Fact]
    public void Every_minute_is_in_the_CSV_and_an_outage_has_empty_numbers()
    {
        var path = Path.Combine(_folder, "minutes.csv");
        Run($"--days 2 --noise 1 --outage 1d:1h --daemon-down 30h:1h --out {path}");
        var lines = File.ReadAllLines(path);

        Assert.Equal("minute,foreign,own,total,kind,state", lines[0]);
        Assert.Equal(2 * 1440 + 1, lines.Length);
        Assert.Equal("2026-01-06T00:00:00Z,,,,off", string.Join(',', lines[1441].Split(',')[..5]));
        Assert.StartsWith("2026-01-06T06:00:00Z,", lines[1801], StringComparison.Ordinal);
        Assert.Equal("down", lines[1801].Split(',')[4]);
        Assert.Equal(0, double.Parse(lines[1801].Split(',')[2], CultureInfo.InvariantCulture));
        foreach (var cells in lines.Skip(1).Select(line => line.Split(',')).Where(cells => cells[4] != "off"))
        {
            var numbers = cells[1..4].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
            Assert.InRange(numbers[0] - (numbers[2] - numbers[1]), -1e-5, 1e-5);
            Assert.All(cells[1..4], cell => Assert.True(cell[(cell.IndexOf('.') + 1)..].Length >= 3, cell));
        }
    }

    [Fact]
    public void A_file_is_replayed_from_its_first_row_at_any_dates()
    {
        var trace = Path.Combine(_folder, "trace.csv");
        File.WriteAllText(trace, "timestamp,value\n2014-02-14 14:27:00,40\n2014-02-14 14:29:00,60\n");
        var path = Path.Combine(_folder, "minutes.csv");
        Run($"--days 1 --foreign {trace} --out {path}");

        Assert.Equal(
            ["40.000000", "40.000000", "60.000000", "60.000000", "40.000000"],
            File.ReadLines(path).Skip(1).Take(5).Select(line => line.Split(',')[3]));
    }

    [Fact]
    public void The_figures_come_as_JSON()
    {
        var (code, output, _) = Run("--days 9 --json --noise 1");
        using var json = JsonDocument.Parse(output);

        Assert.Equal(ExitCode.Ok, code);
        Assert.InRange(json.RootElement.GetProperty("p95").GetProperty("1m").GetProperty("min").GetDouble(), 24, 26);
        Assert.Equal(0, json.RootElement.GetProperty("p95").GetProperty("1m").GetProperty("hours_under").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("own_mean").GetDouble(), 17, 20.5);
        Assert.Equal("SAFE", json.RootElement.GetProperty("verdict").GetProperty("word").GetString());
    }

    [Fact]
    public void A_shape_brings_its_template_and_a_setting_overrides_it()
    {
        var high = P95Max(Run("--days 8 --shape a1-flex-4 --json"));
        var low = P95Max(Run("--days 8 --shape a1-flex-4 --set CPU_P95_SETPOINT=24 --json"));

        Assert.InRange(high, 29, 32);
        Assert.InRange(low, 23, 27);

        static double P95Max((int Code, string Output, string Error) run)
        {
            using var json = JsonDocument.Parse(run.Output);
            return json.RootElement.GetProperty("p95").GetProperty("1m").GetProperty("max").GetDouble();
        }
    }

    [Theory]
    [InlineData("--shape a1-flex-2 --set PROTECT_WITH=memory --set MEM_TARGET_PCT=30")]
    [InlineData("--shape a1-flex-4 --set PROTECT_WITH=memory --set MEM_TARGET_PCT=25 --strategy blocks")]
    [InlineData("--shape VM.Standard.A1.Flex --set PROTECT_WITH=memory --set MEM_TARGET_PCT=40")]
    public void Where_memory_protects_the_figures_of_the_CPU_are_no_alarm(string arguments)
    {
        var (_, output, _) = Run($"--days 9 --noise 1 {arguments}");

        Assert.Contains("\nprotected by memory: the figures of the CPU do not decide the verdict\n", output, StringComparison.Ordinal);
        Assert.Contains("verdict SAFE: saved by memory", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hours under", output, StringComparison.Ordinal);
        Assert.DoesNotContain("minutes needed", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--shape e2-1-micro", true)]
    [InlineData("--shape VM.Standard.E2.1.Micro", true)]
    [InlineData("--template e2-1-micro-jumbo", true)]
    [InlineData("--shape a1-flex-1", false)]
    [InlineData("", false)]
    public void What_a_Micro_has_and_the_simulation_has_not_is_said(string arguments, bool said)
    {
        Assert.Equal(said, Run($"--days 1 {arguments}").Output.Contains("\nnot modelled: the CPU credit of the shape (E2.1.Micro: 1/8 OCPU", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(Run($"--days 1 --json {arguments}").Output);
        Assert.Equal(said, json.RootElement.GetProperty("not_modelled").ValueKind == JsonValueKind.String);
    }

    [Theory]
    [InlineData("--template a1-flex-1")]
    [InlineData("--template a1-flex-1.env")]
    [InlineData("--template TEMPLATES/a1-flex-1.env")]
    [InlineData("--template a1-flex-1-jumbo")]
    [InlineData("--shape A1-Flex-1-Jumbo")]
    public void A_template_of_ours_brings_the_rules_and_the_CPUs_of_its_shape(string arguments)
    {
        // On A1 bursts may follow one another: the ninth hour is over after nine.
        arguments = arguments.Replace("TEMPLATES", Path.Combine(AppContext.BaseDirectory, "config-templates"), StringComparison.Ordinal);
        var same = Run("--shape a1-flex-1 --days 1 --strategy blocks --history 7d:idle");

        Assert.Equal(same, Run($"{arguments} --days 1 --strategy blocks --history 7d:idle"));
        Assert.NotEqual(same, Run("--shape e2-1-micro --days 1 --strategy blocks --history 7d:idle"));
    }

    [Theory]
    [InlineData("VM.Standard.E2.1.Micro", "e2-1-micro")]
    [InlineData("VM.Standard.E2.2.Micro", "e2-2-micro")]
    [InlineData("VM.Standard.A1.Flex", "a1-flex-2")]
    public void A_shape_may_have_the_name_that_Oracle_gives_it(string oracle, string ours) =>
        Assert.Equal(Run($"--shape {ours} --days 1"), Run($"--shape {oracle} --days 1"));

    [Fact]
    public void A_template_file_is_read()
    {
        var template = Path.Combine(_folder, "mine.env");
        File.WriteAllText(template, "CPU_P95_SETPOINT=31\n");
        var (code, _, error) = Run($"--template {template}");

        Assert.Equal(ExitCode.Config, code);
        Assert.Contains("mine.env:1", error);
        Assert.Contains("CPU_P95_SETPOINT", error);
    }

    [Theory]
    [InlineData("--days 0", "--days 0 is out of bounds")]
    [InlineData("--days 4000", "--days 4000 is out of bounds")]
    [InlineData("--noise -1", "--noise -1 is out of bounds")]
    [InlineData("--noise 0,5", "--noise 0,5 is not a number: write it with a decimal point")]
    [InlineData("--load-average 0,7", "--load-average 0,7 is not a number")]
    [InlineData("--load-average NaN", "--load-average NaN is out of bounds")]
    [InlineData("memory --noise 0,1", "--noise 0,1 is not a number")]
    [InlineData("memory --memory 0", "--memory 0 is out of bounds: write 0.25 to 1024")]
    [InlineData("--history 9999d:idle", "write at most 366d")]
    [InlineData("--shape e3", "write one of e2-1-micro")]
    [InlineData("--foreign calm", "'calm' is not a foreign load")]
    [InlineData("--foreign nowhere.csv", "'nowhere.csv' cannot be read")]
    [InlineData("--outage 14d", "write AT:FOR")]
    [InlineData("--history idle", "write FOR:PATTERN")]
    [InlineData("--set CPU_P95_SETPIONT=24", "did you mean CPU_P95_SETPOINT?")]
    [InlineData("--set CPU_P95_SETPOINT", "write KEY=VALUE")]
    [InlineData("--template nowhere.env", "nowhere.env cannot be read")]
    [InlineData("--days 1 --out /nowhere/minutes.csv", "--out /nowhere/minutes.csv cannot be written")]
    public void What_cannot_be_simulated_is_an_error_that_says_how_to_fix_it(string arguments, string part)
    {
        var (code, output, error) = Run(arguments);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output);
        Assert.Contains(part, error);
    }

    [Theory]
    [InlineData("--set CPU_P95_SETPOINT=40")]
    [InlineData("--strategy both")]
    public void A_setting_out_of_bounds_ends_with_the_exit_code_of_configuration(string arguments)
    {
        var (code, _, error) = Run(arguments);

        Assert.Equal(ExitCode.Config, code);
        Assert.Contains("configuration has 1 problem", error);
    }

    private static (int Code, string Output, string Error) Run(string arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = SimulateCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}

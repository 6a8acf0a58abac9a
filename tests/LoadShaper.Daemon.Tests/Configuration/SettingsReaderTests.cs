using System.Globalization;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Every variable of the specification through the real reader: default, bounds, just outside, nonsense, empty.</summary>
public sealed class SettingsReaderTests
{
    private static readonly SettingsReader Reader = SettingsReader.For();

    [Fact]
    public void The_table_has_exactly_the_settings_of_the_specification() =>
        Assert.Equal(SpecifiedSettings.Names.Order(), SettingsTable.All.Select(s => s.Name).Order());

    [Fact]
    public void Nothing_set_gives_the_defaults_of_every_record()
    {
        var reading = Reader.Read(Machines.Env(), Machines.Generic);

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        var defaults = new LoadShaperSettings();
        Assert.Equal(defaults.Network with { Peers = [] }, reading.Settings!.Network with { Peers = [] });
        Assert.Empty(reading.Settings.Network.Peers);
        Assert.Equal(defaults, reading.Settings with { Network = defaults.Network });
        Assert.All(reading.Values, v => Assert.Equal(SettingOrigin.Reference, v.Origin));
    }

    public static TheoryData<string, string> Defaults()
    {
        var rows = new TheoryData<string, string>();
        foreach (var n in SpecifiedSettings.Numbers)
            rows.Add(n.Name, n.Default);
        foreach (var (name, on) in SpecifiedSettings.Switches)
            rows.Add(name, on ? "true" : "false");
        foreach (var (name, word, _) in SpecifiedSettings.Words)
            rows.Add(name, word);
        foreach (var (name, text) in SpecifiedSettings.Texts)
            rows.Add(name, text);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Unset_takes_the_default(string name, string text) =>
        Assert.Equal(text, ValueOf(name, Reader.Read(Machines.Env(), Machines.Generic)).Text);

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Empty_means_not_set(string name, string text)
    {
        foreach (var empty in new[] { "", "  \t" })
        {
            var reading = Reader.Read(Machines.Env($"{name}={empty}"), Machines.Generic);
            Assert.Empty(reading.Problems);
            Assert.Equal(text, ValueOf(name, reading).Text);
            Assert.Equal(SettingOrigin.Reference, ValueOf(name, reading).Origin);
        }
    }

    public static TheoryData<string, string> Within()
    {
        var rows = new TheoryData<string, string>();
        foreach (var n in SpecifiedSettings.Numbers)
        {
            rows.Add(n.Name, n.Min);
            rows.Add(n.Name, n.Max);
            rows.Add(n.Name, $" {n.Default} ");
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Within))]
    public void A_number_at_its_bound_is_accepted(string name, string text)
    {
        var reading = Reader.Read(Machines.Env($"{name}={text}"), Machines.Generic);

        // At its bound a value may still break a relation; that is another problem, never one of its bounds.
        Assert.DoesNotContain(reading.Problems, p => p.Variable == name && IsOwnProblem(p));
        Assert.Equal(SettingOrigin.Environment, ValueOf(name, reading).Origin);
    }

    public static TheoryData<string, string> Outside()
    {
        var rows = new TheoryData<string, string>();
        foreach (var n in SpecifiedSettings.Numbers)
        {
            rows.Add(n.Name, n.Below);
            rows.Add(n.Name, n.Above);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Outside))]
    public void A_number_just_outside_is_refused_with_its_bounds(string name, string text)
    {
        var problem = Refused(name, text);
        var spec = SpecifiedSettings.Numbers.Single(n => n.Name == name);
        Assert.Contains($"{spec.Min} – {spec.Max}", problem.Broken);
    }

    public static TheoryData<string, string> Nonsense()
    {
        var rows = new TheoryData<string, string>();
        foreach (var n in SpecifiedSettings.Numbers)
        {
            foreach (var text in new[] { "nonsense", "23,5", "1,000", "NaN", "Infinity", "1e1", "0x10", "1_000", "٢٥", "２５", new string('9', 400) })
                rows.Add(n.Name, text);
            if (n.Whole)
                rows.Add(n.Name, n.Min + ".5");
        }
        foreach (var (name, _) in SpecifiedSettings.Switches)
        {
            rows.Add(name, "maybe");
            rows.Add(name, "2");
        }
        foreach (var (name, _, _) in SpecifiedSettings.Words)
            rows.Add(name, "nonsense");
        foreach (var text in new[] { "not a host", "10.0.0.2,,10.0.0.3", "10.0.0.2:99999", "10.0.0.300", "010.0.0.2", "0x0a.0.0.2", "10.0.0.2;10.0.0.3", "host:port" })
            rows.Add("NET_PEERS", text);
        foreach (var name in new[] { "NET_IFACE", "NET_IFACE_INNER" })
        {
            rows.Add(name, "a/b");
            rows.Add(name, "sixteencharslong");
        }
        rows.Add("HEALTH_HOST", "127.0.0.1:8080");
        rows.Add("HEALTH_HOST", "not a host");
        rows.Add("HEALTH_HOST", "example.org");
        rows.Add("HEALTH_HOST", "1");
        rows.Add("HEALTH_HOST", "010.0.0.1");
        rows.Add("HEALTH_ALLOWED_HOSTS", "http://status.example.com");
        rows.Add("HEALTH_ALLOWED_HOSTS", "status.example.com:8080");
        rows.Add("PERSISTENCE_DIR", "/data\n/loadshaper");
        rows.Add("OCI_METADATA_URL", "http://169.254.169.254/");
        rows.Add("OCI_METADATA_URL", "http://169.254.169.254/opc/v2/instance/");
        rows.Add("OCI_METADATA_URL", "http://169.254.169.254/opc/v2/#part");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_is_refused_with_its_fix(string name, string text) => Refused(name, text);

    public static TheoryData<string, string> Spellings()
    {
        var rows = new TheoryData<string, string>();
        foreach (var (name, _) in SpecifiedSettings.Switches)
            foreach (var word in new[] { "true", "FALSE", "1", "0", "Yes", "no", "ON", "off" })
                rows.Add(name, word);
        foreach (var (name, _, words) in SpecifiedSettings.Words)
            foreach (var word in words)
            {
                rows.Add(name, word);
                rows.Add(name, word.ToUpperInvariant());
            }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Words_and_switches_are_read_in_upper_and_lower_case(string name, string text)
    {
        // On A1 with a memory target every word is valid by itself.
        var reading = Reader.Read(Machines.Env("MEM_TARGET_PCT=30", $"{name}={text}"), Machines.GenericArm);
        Assert.Empty(reading.Problems);
        Assert.Equal(text, ValueOf(name, reading).Text);
    }

    [Fact]
    public void The_table_driven_cases_are_at_least_three_hundred() =>
        Assert.True(Defaults().Count * 2 + Within().Count + Outside().Count + Nonsense().Count + Spellings().Count >= 300);

    [Fact]
    public void A_decimal_comma_is_an_error_and_not_a_factor_of_ten()
    {
        var problem = Refused("CPU_P95_SETPOINT", "23,5");
        Assert.Equal("is not a number", problem.Broken);
        Assert.Equal("the decimal sign is a point: set CPU_P95_SETPOINT=23.5", problem.Fix);
    }

    [Fact]
    public void The_language_of_the_machine_never_matters()
    {
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        german.NumberFormat.NumberGroupSeparator = ".";
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = german;
            var reading = SettingsReader.For().Read(Machines.Env("CPU_P95_SETPOINT=23.5", "LOAD_RESUME_THRESHOLD=0.75"), Machines.Micro);
            Assert.Equal("must be below LOAD_THRESHOLD 0.6", Assert.Single(reading.Problems).Broken);
            Assert.Equal("23.5", ValueOf("CPU_P95_SETPOINT", reading).Text);
            Assert.Equal("0.5 – 10 s", SettingsTable.Find("MEM_TOUCH_INTERVAL_SEC")!.Bounds);
            Assert.Equal("6.5", ValueOf("CPU_P95_EXCEEDANCE_TARGET", reading).Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("CPU_P95_SETPOINT", "25%", "write the number alone, it is in %: set CPU_P95_SETPOINT=25")]
    [InlineData("MEM_STEP_MB", "64 MiB", "write the number alone, it is in MiB: set MEM_STEP_MB=64")]
    [InlineData("MEM_STEP_MB", "64MB", "write the number alone, it is in MiB: set MEM_STEP_MB=64")]
    [InlineData("CONTROL_PERIOD_SEC", "5s", "write the number alone, it is in s: set CONTROL_PERIOD_SEC=5")]
    public void A_unit_behind_the_number_is_refused_with_the_right_spelling(string name, string text, string fix) =>
        Assert.Equal(fix, Refused(name, text).Fix);

    [Theory]
    [InlineData("MEM_STEP_MB", "1GB", "write plain digits, in MiB and without the unit, as in MEM_STEP_MB=64")]
    [InlineData("CONTROL_PERIOD_SEC", "1m", "write plain digits, in s and without the unit, as in CONTROL_PERIOD_SEC=5")]
    [InlineData("NET_LINK_MBIT", "1,000", "write no separator between thousands, and a point for decimals: set NET_LINK_MBIT=1000, or NET_LINK_MBIT=1.000")]
    public void What_would_be_another_number_is_not_guessed_at(string name, string text, string fix) =>
        Assert.Equal(fix, Refused(name, text).Fix);

    [Theory]
    [InlineData("+25", 25)]
    [InlineData(" 25\t", 25)]
    [InlineData("25.", 25)]
    [InlineData("025", 25)]
    public void Other_spellings_of_a_number_are_the_number(string text, double value) =>
        Assert.Equal(value, Reader.Read(Machines.Env($"CPU_P95_SETPOINT={text}"), Machines.Generic).Settings!.Cpu.SetPoint.Value);

    [Fact]
    public void Minus_zero_is_zero()
    {
        var jitter = Reader.Read(Machines.Env("JITTER_PCT=-0"), Machines.Generic).Settings!.Sampling.JitterPercent;
        Assert.Equal((0.0, false), (jitter, double.IsNegative(jitter)));
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var reading = Reader.Read(Machines.Env("CPU_P95_SETPOINT=31", "HEALTH_PORT=0", "NET_MODE=mesh", "LOAD_RESUME_THRESHOLD=0.7"), Machines.Generic);

        Assert.Null(reading.Settings);
        Assert.Equal(["CPU_P95_SETPOINT", "HEALTH_PORT", "LOAD_RESUME_THRESHOLD", "NET_MODE"], reading.Problems.Select(p => p.Variable).Order());
    }

    private static SettingProblem Refused(string name, string text)
    {
        var reading = Reader.Read(Machines.Env($"{name}={text}"), Machines.Generic);
        Assert.Null(reading.Settings);
        var problem = Assert.Single(reading.Problems, p => p.Variable == name);
        Assert.Equal(text, problem.Value);
        Assert.Equal(SettingOrigin.Environment, problem.Origin);
        Assert.NotEmpty(problem.Broken);
        Assert.Contains(name, problem.Fix);
        return problem;
    }

    private static bool IsOwnProblem(SettingProblem problem)
    {
        var spec = SpecifiedSettings.Numbers.Single(n => n.Name == problem.Variable);
        return problem.Broken.StartsWith($"is outside {spec.Min} – {spec.Max}", StringComparison.Ordinal)
            || problem.Broken.Contains("number", StringComparison.Ordinal);
    }

    private static SettingValue ValueOf(string name, SettingsReading reading) => reading.Values.Single(v => v.Setting.Name == name);
}

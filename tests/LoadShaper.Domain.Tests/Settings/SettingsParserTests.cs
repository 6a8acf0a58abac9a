using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Domain.Tests.Settings;

/// <summary>Texts to settings without files or environment, as the simulation does it. Every variable's own cases run through the Daemon's reader.</summary>
public sealed class SettingsParserTests
{
    private static readonly SettingsContext E2 = new(ShapeFamily.E2);

    [Fact]
    public void Nothing_given_is_the_defaults_of_the_records()
    {
        var settings = SettingsParser.Parse(new Dictionary<string, string>(), E2).Settings!;
        var records = new LoadShaperSettings();
        Assert.Equal(records with { Network = records.Network with { Peers = settings.Network.Peers } }, settings);
    }

    [Fact]
    public void Names_keys_and_texts_of_the_table_are_complete_and_unique()
    {
        Assert.Distinct(SettingsTable.All.Select(s => s.Name));
        Assert.Distinct(SettingsTable.All.Select(s => s.Key));
        Assert.All(SettingsTable.All, s => Assert.False(s.Note == "" || s.Risk == "" || s.Bounds == ""));
        Assert.All(SettingsTable.All.Where(s => s.Default != ""), s => Assert.NotNull(s.Parse(s.Default).Put));
    }

    [Fact]
    public void A_problem_carries_variable_value_bound_and_fix()
    {
        var reading = SettingsParser.Parse(new Dictionary<string, string> { ["CONTROL_PERIOD_SEC"] = "0" }, E2);
        Assert.Null(reading.Settings);
        Assert.Equal(
            new SettingProblem("CONTROL_PERIOD_SEC", "0", SettingOrigin.Environment, "is outside 1 – 3600 s", "set CONTROL_PERIOD_SEC between 1 and 3600"),
            Assert.Single(reading.Problems));
    }

    [Theory]
    [InlineData(ShapeFamily.E2, "CPU network")]
    [InlineData(ShapeFamily.A1, "CPU memory network")]
    public void Every_metric_that_counts_and_is_aimed_above_20_is_named(ShapeFamily family, string aimed)
    {
        var given = new Dictionary<string, string> { ["MEM_TARGET_PCT"] = "30", ["NET_TARGET_PCT"] = "25", ["NET_PEERS"] = "10.0.0.2" };
        Assert.Equal(aimed, string.Join(' ', RuleTargets.AimedAbove(SettingsParser.Parse(given, E2).Settings!, family)));
    }

    [Fact]
    public void Exactly_20_is_not_above()
    {
        var given = new Dictionary<string, string> { ["CPU_P95_TARGET_MIN"] = "15", ["CPU_P95_SETPOINT"] = "20" };
        Assert.Single(SettingsParser.Parse(given, E2).Problems);
    }
}

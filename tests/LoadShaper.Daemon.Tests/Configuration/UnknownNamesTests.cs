using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>A misspelt variable is told; a stranger's variable is left alone.</summary>
public sealed class UnknownNamesTests
{
    [Theory]
    [InlineData("CPU_P95_SETPIONT", "CPU_P95_SETPOINT")]
    [InlineData("CPU_P95_SET_POINT", "CPU_P95_SETPOINT")]
    [InlineData("cpu_p95_setpoint", "CPU_P95_SETPOINT")]
    [InlineData("MEM_TARGET_PERCENT", "MEM_TARGET_PCT")]
    [InlineData("NET_PEER", "NET_PEERS")]
    [InlineData("HEALT_PORT", "HEALTH_PORT")]
    [InlineData("LOAD_TRESHOLD", "LOAD_THRESHOLD")]
    [InlineData("LOADSHAPER_TEMPLATES_DIR", "LOADSHAPER_TEMPLATE_DIR")]
    [InlineData("PERSISTANCE_DIR", "PERSISTENCE_DIR")]
    [InlineData("JOURNAL_RETENTION_DAY", "JOURNAL_RETENTION_DAYS")]
    [InlineData("LOG_LEVL", "LOG_LEVEL")]
    [InlineData("CONTROL_PERIOD", "CONTROL_PERIOD_SEC")]
    [InlineData("LOAD_CHECK", "LOAD_CHECK_ENABLED")]
    [InlineData("AVG_WINDOW_SECONDS", "AVG_WINDOW_SEC")]
    [InlineData("JITTER_PERCENT", "JITTER_PCT")]
    [InlineData("OCI_MONITOR", "OCI_MONITORING")]
    [InlineData("OCI_METADATA", "OCI_METADATA_URL")]
    [InlineData("TELEMETRY_INTERVAL_SEC", "TELEMETRY_PERIOD_SEC")]
    public void A_misspelt_variable_is_a_warning_with_the_nearest_name(string name, string meant)
    {
        var reading = SettingsReader.For().Read(Machines.Env($"{name}=1"), Machines.Generic);

        Assert.Empty(reading.Problems);
        var warning = Assert.Single(reading.Warnings);
        Assert.Equal((name, "1", $"did you mean {meant}?"), (warning.Variable, warning.Value, warning.Fix));
    }

    [Fact]
    public void A_name_that_only_resembles_ours_is_a_warning_without_a_guess()
    {
        var warning = Assert.Single(SettingsReader.For().Read(Machines.Env("CPU_TARGET_PCT=30"), Machines.Generic).Warnings);
        Assert.Equal("see `loadshaper config` for the names", warning.Fix);
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("CPU_LIMIT")]
    [InlineData("LOAD_AVG")]
    [InlineData("LOG_DIR")]
    [InlineData("JOURNAL_STREAM")]
    [InlineData("OCI_CLI_PROFILE")]
    [InlineData("HOME")]
    [InlineData("LANG")]
    [InlineData("HOSTNAME")]
    [InlineData("DOTNET_RUNNING_IN_CONTAINER")]
    [InlineData("KUBERNETES_SERVICE_HOST")]
    [InlineData("LOADSHAPER_SERVICE_HOST")]
    [InlineData("LOADSHAPER_SERVICE_PORT_HEALTH")]
    [InlineData("LOADSHAPER_PORT")]
    [InlineData("LOADSHAPER_PORT_8080_TCP_ADDR")]
    [InlineData("CPU")]
    [InlineData("LOG")]
    [InlineData("")]
    public void A_variable_of_another_program_is_left_alone(string name) =>
        Assert.Empty(SettingsReader.For().Read(new Dictionary<string, string> { [name] = "1" }, Machines.Generic).Warnings);

    [Fact]
    public void A_name_of_great_length_is_not_compared() =>
        Assert.Empty(UnknownNames.Validate([KeyValuePair.Create("NET_" + new string('A', 100_000), new SettingText("", SettingOrigin.Environment))]));
}

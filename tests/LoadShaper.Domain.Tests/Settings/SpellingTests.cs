using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Domain.Tests.Settings;

/// <summary>Only a close name is suggested.</summary>
public sealed class SpellingTests
{
    private static readonly string[] Commands = ["run", "config", "doctor", "simulate", "replay", "healthcheck", "explain", "help", "version"];

    [Theory]
    [InlineData("rnu", "run")]
    [InlineData("Replay", "replay")]
    [InlineData("simulat", "simulate")]
    [InlineData("helthcheck", "healthcheck")]
    [InlineData("helth", "healthcheck")]
    [InlineData("conf", "config")]
    [InlineData("docter", "doctor")]
    [InlineData("start", null)]
    [InlineData("x", null)]
    [InlineData("status", null)]
    public void A_command_is_suggested_when_it_is_close(string name, string? meant) => Assert.Equal(meant, Spelling.Closest(name, Commands));

    [Theory]
    [InlineData("CPU_P95_SETPIONT", "CPU_P95_SETPOINT")]
    [InlineData("net_ports", "NET_PORT")]
    [InlineData("HEALTH_PRT", "HEALTH_PORT")]
    [InlineData("NOPE", null)]
    [InlineData("FOO_BAR", null)]
    [InlineData("LOAD", null)]
    public void A_setting_is_suggested_when_it_is_close(string name, string? meant) => Assert.Equal(meant, UnknownNames.Meant(name));

    [Fact]
    public void Without_a_close_name_the_list_is_named() => Assert.Equal("`loadshaper config` lists the settings", UnknownNames.Suggestion("NOPE"));
}

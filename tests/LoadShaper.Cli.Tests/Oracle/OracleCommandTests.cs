using System.Text.Json;
using LoadShaper.Cli.Doctor;
using LoadShaper.Cli.Oracle;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Domain.Oracle;
using Xunit;

namespace LoadShaper.Cli.Tests.Oracle;

public sealed class OracleCommandTests
{
    // Nothing listens on the discard port of loopback.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/opc/v2/");

    [Fact]
    public void The_table_shows_both_sides_the_difference_and_the_age()
    {
        const string page = """
            {"verdict":{"word":"SAFE"},"oracle":{"monitoring":"seed","verdict":"AT RISK","differs":true,
             "cpu_minute":{"ours":24.4,"oracle":18.15,"difference":-6.25},"cpu_five_minutes":{"ours":24.5,"oracle":25,"difference":0.5},
             "cpu_hour":{"ours":null,"oracle":null,"difference":null},"cpu_worst_day":{"ours":24,"oracle":24,"difference":0},
             "cpu_hypervisor":{"ours":1,"oracle":null,"difference":null},"memory":{"ours":null,"oracle":30,"difference":null},"network":{"ours":0,"oracle":0.1,"difference":0.1},
             "minutes":10071,"filled_in_minutes":12,"newest":"2026-11-20T11:56:00Z","age_seconds":240,"next_attempt":"2026-11-20T12:59:00Z","problem":"auth answered 429. Fix: none."}}
            """;
        using var json = JsonDocument.Parse(page);

        var text = OracleTable.Render(json.RootElement, json.RootElement.GetProperty("oracle"));

        Assert.Equal(
            """
            reading                   ours     Oracle's  difference
            CPU P95 of 7 days, 1 min  24.40 %  18.15 %   -6.25
            CPU P95, 5 min            24.50 %  25.00 %   +0.50
            CPU P95, 1 h              -        -         -
            CPU P95, worst UTC day    24.00 %  24.00 %   0.00
            CPU P95 without steal     1.00 %   -         -
            memory, mean              -        30.00 %   -
            network, mean             0.00 %   0.10 %    +0.10
            verdict                   SAFE     AT RISK   differ

            Oracle's newest minute ended 4 minutes ago (2026-11-20T11:56:00Z); it has 10071 of 10080 minutes.
            12 minutes that LoadShaper did not see are filled in from them.
            Next request at 2026-11-20T12:59:00Z.
            Problem: auth answered 429. Fix: none.

            """, text);
    }

    [Fact]
    public async Task Without_a_metadata_service_the_policy_has_placeholders_and_says_why()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await OracleCommand.PolicyAsync(new Dictionary<string, string> { ["OCI_METADATA_URL"] = Nowhere.ToString() }, output, error, default);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("instance.id = 'OCID of the instance'", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("the metadata service cannot be asked", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Fix: ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_there_is_no_comparison()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await OracleCommand.CompareAsync(new Dictionary<string, string> { ["HEALTH_PORT"] = "9" }, output, error, default);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Equal("", output.ToString());
        Assert.StartsWith("No daemon answers on 127.0.0.1:9", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task While_it_is_off_nothing_is_asked_and_an_Oracle_VM_gets_a_recommendation(bool onOracle, int lines)
    {
        var results = await OracleChecks.RunAsync(
            new OracleSettings(), onOracle, () => throw new InvalidOperationException("asked"), () => throw new InvalidOperationException("asked"), default);

        Assert.Equal(lines, results.Count);
        Assert.All(results, result => Assert.Equal(CheckStatus.Pass, result.Status));
    }

    [Fact]
    public async Task A_metadata_service_that_does_not_answer_is_a_warning_with_its_fix()
    {
        var result = Assert.Single(await OracleChecks.RunAsync(
            new OracleSettings { Monitoring = OracleMonitoring.Check }, true, () => new MetadataService(Nowhere), () => new OracleSession(Nowhere, TimeProvider.System), DateTimeOffset.UtcNow));

        Assert.Equal(CheckStatus.Warn, result.Status);
        Assert.Contains("169.254.169.254", result.Fix, StringComparison.Ordinal);
    }
}

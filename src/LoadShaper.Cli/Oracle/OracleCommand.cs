using System.CommandLine;
using System.Text.Json;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Cli.Oracle;

/// <summary>`loadshaper oracle`: Oracle's own readings of this VM beside LoadShaper's; `policy` prints what allows to read them.</summary>
internal static class OracleCommand
{
    public static Command Create()
    {
        var command = new Command("oracle", "Compare LoadShaper's readings with Oracle's own; exit code 1 when Oracle's call this VM idle, or there are none.");
        command.SetAction((parsed, cancel) => CompareAsync(
            ConfigurationLoader.ProcessEnvironment(), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel));

        var policy = new Command("policy", "Print the dynamic group and the policy that let this VM read its own metrics.");
        policy.SetAction((parsed, cancel) => PolicyAsync(
            ConfigurationLoader.ProcessEnvironment(), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel));
        command.Add(policy);
        return command;
    }

    internal static async Task<int> CompareAsync(IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var health = LocalDaemon.SettingsOf(ConfigurationLoader.LoadLocal(environment).Reading);
        if (!health.Enabled)
            return await FailAsync(error, "HEALTH_ENABLED is false: the running daemon cannot be asked. Fix: set HEALTH_ENABLED=true.");
        using var client = LocalDaemon.CreateClient(HealthPort.LocalEndPoint(health));
        JsonDocument page;
        try
        {
            // An unhealthy daemon answers 503 with the same body.
            using var response = await client.GetAsync("/health", cancel);
            page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancel));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return await FailAsync(error, $"No daemon answers on {health.Host}:{health.Port}: {e.Message}. Fix: start LoadShaper with OCI_MONITORING=check.");
        }

        using (page)
        {
            if (!page.RootElement.TryGetProperty("oracle", out var oracle))
                return await FailAsync(error, "The running daemon is of a version without OCI_MONITORING. Fix: restart it after the upgrade.");
            if (OracleTable.Text(oracle, "monitoring") is null or "off")
                return await FailAsync(error, "OCI_MONITORING is off. Fix: create the policy that `loadshaper oracle policy` prints, then start LoadShaper with OCI_MONITORING=check.");
            await output.WriteAsync(OracleTable.Render(page.RootElement, oracle));
            return OracleTable.Text(oracle, "verdict") is { } verdict && verdict != VerdictFormatter.Of(VerdictKind.AtRisk) ? ExitCode.Ok : ExitCode.Failure;
        }
    }

    internal static async Task<int> PolicyAsync(IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var address = ConfigurationLoader.LoadLocal(environment).Reading.Settings?.Oracle.MetadataUrl ?? new OracleSettings().MetadataUrl;
        using var metadata = new MetadataService(new Uri(address));
        try
        {
            var instance = await metadata.ReadInstanceAsync(cancel);
            await output.WriteAsync(PolicyText(instance.Id, instance.CompartmentId));
            return ExitCode.Ok;
        }
        catch (OracleException e)
        {
            await output.WriteAsync(PolicyText("OCID of the instance", "OCID of its compartment"));
            return await FailAsync(error, $"The identifiers could not be filled in: {e.Problem}");
        }
    }

    internal static string PolicyText(string instanceId, string compartmentId) =>
        $"""
        Create both in the console, or with the OCI CLI, as an administrator of the tenancy. A new policy takes some minutes.

        Dynamic group (Identity & Security, Domains, Dynamic groups)
          name           {AccessPolicy.GroupName}
          matching rule  {AccessPolicy.GroupRule(instanceId)}

        Policy (Identity & Security, Policies; in the compartment or above)
          {AccessPolicy.Statement(compartmentId)}

        Then set OCI_MONITORING=check and restart LoadShaper. Any user with a shell on this VM may then read these metrics too.

        """;

    private static async Task<int> FailAsync(TextWriter error, string problem)
    {
        await error.WriteLineAsync(problem);
        return ExitCode.Failure;
    }
}

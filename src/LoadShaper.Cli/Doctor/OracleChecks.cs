using LoadShaper.Daemon.Oracle;
using LoadShaper.Domain.Oracle;

namespace LoadShaper.Cli.Doctor;

/// <summary>Oracle's own monitoring: agent, reachability, clock and authorisation. Asks nothing while OCI_MONITORING is off.</summary>
internal static class OracleChecks
{
    private const string Name = "OCI monitoring";

    /// <param name="settings">The settings.</param>
    /// <param name="onOracle">Whether this machine is a VM of Oracle's cloud.</param>
    /// <param name="openMetadata">The metadata service.</param>
    /// <param name="newSession">A session for one short request.</param>
    /// <param name="now">The time to judge.</param>
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(
        OracleSettings settings, bool onOracle, Func<MetadataService> openMetadata, Func<OracleSession> newSession, DateTimeOffset now)
    {
        if (settings.Monitoring == OracleMonitoring.Off)
            return onOracle
                ? [CheckResult.Pass(Name, "off; recommended: OCI_MONITORING=check compares LoadShaper's readings with Oracle's own, with the policy of `loadshaper oracle policy`")]
                : [];

        OracleInstance instance;
        try
        {
            using var metadata = openMetadata();
            instance = await metadata.ReadInstanceAsync(CancellationToken.None);
        }
        catch (OracleException e)
        {
            return [CheckResult.Warn(Name, e.Problem.Found, e.Problem.Fix)];
        }

        var results = new List<CheckResult> { Agent(instance.Agent) };
        using var session = newSession();
        var fetch = await session.RefreshAsync(_ => now.AddMinutes(-30), CancellationToken.None, [OracleMetric.Cpu]);
        var problem = fetch.Problem ?? (fetch.Points.Count > 0 ? null
            : new OracleProblem(OracleProblemKind.NoData, "Oracle has no CPU value of the last 30 minutes"));
        results.Add(problem is null
            ? CheckResult.Pass(Name, $"Oracle answered with {fetch.Points.Count} CPU minutes of the last 30")
            : CheckResult.Warn(Name, problem.Found, problem.Fix));
        return results;
    }

    private static CheckResult Agent(AgentState agent)
    {
        const string name = "Oracle agent";
        const string console = "in the console: instance, Oracle Cloud Agent, enable \"Compute Instance Monitoring\"";
        return agent switch
        {
            AgentState.MonitoringDisabled => CheckResult.Warn(name, "its monitoring is disabled: Oracle sees no CPU and memory readings of this VM", console),
            AgentState.AllPluginsDisabled => CheckResult.Warn(name, "all its plugins are disabled: Oracle sees no CPU and memory readings of this VM", console),
            AgentState.PluginDisabled => CheckResult.Warn(name, "its plugin \"Compute Instance Monitoring\" is disabled: Oracle sees no CPU and memory readings of this VM", console),
            _ => CheckResult.Pass(name, "its monitoring is enabled"),
        };
    }
}

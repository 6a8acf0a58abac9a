using LoadShaper.Domain.Health;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>GET /health.</summary>
internal static class HealthPage
{
    public static byte[] Write(HealthState state, LoadShaperSettings settings, HealthVerdict verdict, DateTimeOffset now, TimeSpan uptime) =>
        JsonPage.Write(json =>
        {
            json.WriteString("status", JsonPage.Snake(verdict.Status));
            json.Number("uptime_seconds", uptime.TotalSeconds);
            json.Seconds("timestamp", now);
            json.WriteStartArray("checks");
            foreach (var check in verdict.Checks)
                json.WriteStringValue(check);
            json.WriteEndArray();
            json.WriteString("metrics_storage", state.Store is { IsAvailable: true } ? "available" : "unavailable");
            json.WriteString("persistence_storage", state.Controller is { Problem: null } ? "available" : "unavailable");
            json.WriteString("database_path", state.Store?.Path ?? Path.Combine(settings.PersistenceDir, "metrics.db"));
            json.WriteString("load_generation", LoadGeneration(state));
            json.Object("storage_status", () =>
            {
                json.Number("disk_usage_mb", state.Store?.DiskUsage.MiB);
                json.Time("oldest_sample", state.Store?.Oldest);
                if (state.Store is { } store)
                    json.WriteNumber("sample_count", store.SampleCount);
                else
                    json.WriteNull("sample_count");
            });
            json.Object("problems", () =>
            {
                if (state.Controller?.Problem is { } journal)
                    json.WriteString("journal", journal);
                if (state.Controller?.JournalLoss is { } loss)
                    json.WriteString("journal_loss", loss);
                if (state.Store?.Problem is { } samples)
                    json.WriteString("samples", samples);
                if (state.Memory?.Trouble is { } memory)
                    json.WriteString("memory", memory);
                if (NetworkProblem.Checks(state).ToList() is { Count: > 0 } network)
                    json.WriteString("network", string.Join("; ", network.Select(check => NetworkProblem.Text(check, state))));
                if (state.Controller?.Stuck is { } stuck)
                    json.WriteString("gate", stuck.Describe());
                if (state.Sample is { Impossible: not ImpossibleCounters.None and var impossible })
                    json.WriteString("counters", $"impossible kernel counters ({impossible}) are left out of the readings; compare /proc/stat with the elapsed time");
                if (state.Comparison is { } comparison && OraclePolicy.IsAlarming(comparison))
                    json.WriteString("oracle", FormattableString.Invariant($"Oracle's own readings call this VM idle: lowest CPU P95 {comparison.OracleCpu:0.00} %, ours {comparison.OurCpu:0.00} %; see `loadshaper oracle`"));
                if (state.Host?.OtherKeeper is { } other)
                    json.WriteString("another_keeper", other);
                if (Politeness(state) is [_, ..] findings)
                    json.WriteString("politeness", string.Join(" | ", findings));
                if (state.Alerts?.Problem is { } alerts)
                    json.WriteString("alerts", alerts);
            });
            VerdictJson.Write(json, state.Controller);
            OracleJson.Write(json, state, now);
            json.Object("gate", () => GateJson.Write(json, state.Controller?.Gate));
            MemoryJson.Write(json, state.Memory);
            NetworkJson.Write(json, state, settings.Network);
            json.Object("politeness", () =>
            {
                json.WriteString("verdict", state.Politeness is { } report ? JsonPage.Snake(report.Verdict) : null);
                json.WriteStartArray("findings");
                foreach (var finding in Politeness(state))
                    json.WriteStringValue(finding);
                json.WriteEndArray();
            });
            AlertsJson.Write(json, state.Alerts);
            FleetJson.Write(json, state.Fleet);
            json.WriteString("version", BuildInfo.Version);
            json.WriteString("akka", BuildInfo.Akka);
        });

    private static List<string> Politeness(HealthState state) =>
        [.. (state.Politeness?.Findings ?? []).Select(finding => $"{finding.Problem}; {finding.Remedy}")];

    private static string LoadGeneration(HealthState state) => state switch
    {
        { Controller: null } or { Burn: null } => "starting",
        { Controller.Gate.Position: GatePosition.Closed } => "paused",
        { Burn.Asked.Value: > 0 } => "active",
        _ => "idle",
    };
}

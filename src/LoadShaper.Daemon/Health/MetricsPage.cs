using System.Text.Json;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>GET /metrics.</summary>
internal static class MetricsPage
{
    public static byte[] Write(HealthState state, LoadShaperSettings settings, DateTimeOffset now) => JsonPage.Write(json =>
    {
        json.Seconds("timestamp", now);
        json.Object("current", () => Current(json, state));
        json.Object("targets", () =>
        {
            json.Number("cpu_p95_setpoint", settings.Cpu.SetPoint.Value);
            json.Number("memory_target", settings.Memory.Target.Value);
            json.Number("network_target", settings.Network.Target.Value);
        });
        json.Object("configuration", () =>
        {
            json.Number("cpu_stop_threshold", settings.Gate.CpuStop.Value);
            json.Number("memory_stop_threshold", settings.Memory.Stop.Value);
            json.Number("network_stop_threshold", settings.Network.Stop.Value);
            json.Number("load_threshold", settings.Gate.LoadThreshold);
            json.Number("worker_count", state.Burn?.Cores.Count);
            json.Number("control_period", settings.Sampling.ControlPeriod.TotalSeconds);
            json.Number("averaging_window", settings.Sampling.AverageWindow.TotalSeconds);
        });
        json.Object("percentiles_7d", () => Percentiles(json, state));
        json.Object("p95_controller", () => Controller(json, state));
        VerdictJson.Write(json, state.Controller);
        OracleJson.Write(json, state, now);
        json.Object("gate", () => Gate(json, state));
        MemoryJson.Write(json, state.Memory);
        NetworkJson.Write(json, state, settings.Network);
        ResourceJson.Write(json, state.Http);
        AlertsJson.WriteCounts(json, state.Alerts);
        json.Object("process", () =>
        {
            json.WriteNumber("impossible_counter_samples", state.ImpossibleSamples);
            json.WriteNumber("dropped_log_lines", state.Host?.DroppedLogLines ?? 0);
        });
    });

    private static void Current(Utf8JsonWriter json, HealthState state)
    {
        var sample = state.Sample;
        json.Number("cpu_percent", sample?.Cpu?.Busy.Value);
        json.Number("cpu_avg", state.Averages?.Cpu);
        json.Number("cpu_own", sample?.Cpu?.Own.Value);
        json.Number("cpu_steal", sample?.Cpu?.Steal.Value);
        json.Number("memory_percent", sample?.Memory is { } m ? MemoryUse.Of(m).ExcludingCacheShare.Value : null);
        json.Number("memory_avg", state.Averages?.Memory);
        json.Number("network_percent", sample?.Network?.Utilization.Value);
        json.Number("network_avg", state.Averages?.Network);
        // As load_threshold and load_p95: per core.
        json.Number("load_average", state.Averages?.Load);
        json.Number("duty_cycle", state.Burn is { Cores.Count: > 0 } burn ? burn.Cores.Average(core => core.Duty.Value) : null);
        json.Number("network_rate_mbit", state.Network?.Sent.Mbit);
        json.WriteBoolean("paused", state.Controller?.Gate?.Position == GatePosition.Closed);
    }

    private static void Percentiles(Utf8JsonWriter json, HealthState state)
    {
        json.Number("cpu_p95", state.Controller?.Readings.Minute);
        json.Number("memory_p95", state.Store?.MemoryP95);
        json.Number("network_p95", state.Store?.NetworkP95);
        json.Number("load_p95", state.Store?.LoadP95);
        if (state.Store is { } store)
            json.WriteNumber("sample_count_7d", store.SampleCount);
        else
            json.WriteNull("sample_count_7d");
    }

    private static void Controller(Utf8JsonWriter json, HealthState state)
    {
        var controller = state.Controller;
        json.WriteString("strategy", controller is null ? null : JsonPage.Snake(controller.Strategy));
        json.WriteString("state", controller?.State.ToString().ToUpperInvariant());
        json.WriteString("slot", controller?.Kind is { } kind ? JsonPage.Snake(kind) : null);
        json.Number("target_intensity", controller?.Plan.Intensity.Value);
        json.Number("exceedance_pct", controller?.Exceedance);
        json.Number("seen_minutes", controller?.SeenMinutes);
        Figures(json, "p95", controller?.Readings);
        Figures(json, "p95_without_steal", controller?.WithoutSteal);
        Figures(json, "p95_pessimistic", controller?.Pessimistic);
        json.Time("block_until", controller?.Block?.Until);
        json.WriteString("problem", controller?.Problem);
    }

    private static void Figures(Utf8JsonWriter json, string name, CpuFigures? figures) => json.Object(name, () =>
    {
        json.Number("minute", figures?.Minute);
        json.Number("five_minutes", figures?.FiveMinutes);
        json.Number("hour", figures?.Hour);
        json.Number("worst_day", figures?.Day);
    });

    private static void Gate(Utf8JsonWriter json, HealthState state)
    {
        var gate = state.Controller?.Gate;
        GateJson.Write(json, gate);
        json.Number("scale", gate?.Scale);
        json.Number("taken_from_others_ms", state.Burn?.TakenToday.TotalMilliseconds);
    }
}

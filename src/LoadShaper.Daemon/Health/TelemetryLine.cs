using System.Globalization;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>The telemetry line in the specification's format; load is per core, an unknown figure is n/a.</summary>
internal static class TelemetryLine
{
    private const string Unknown = "n/a";

    /// <summary>The line with a named property for each figure that is known.</summary>
    public static LogMessage Of(HealthState state, LoadShaperSettings settings)
    {
        var sample = state.Sample;
        var line = new LogMessage("[loadshaper] cpu now=");
        Percent(line, "CpuNow", sample?.Cpu?.Busy.Value);
        Percent(line.Text(" avg="), "CpuAvg", state.Averages?.Cpu);
        Percent(line.Text(" p95="), "CpuP95", state.Controller?.Readings.Minute);
        Percent(line.Text(" own="), "CpuOwn", sample?.Cpu?.Own.Value);
        Memory(line.Text(" | "), state, settings);
        line.Text(" | nic(").Value("Interface", settings.Network.Watch.Interface).Text(") now=");
        Percent(line, "NetworkNow", sample?.Network?.Utilization.Value, decimals: 2);
        Percent(line.Text(" avg="), "NetworkAvg", state.Averages?.Network, decimals: 2);
        Number(line.Text(" | load now="), "LoadNow", sample?.LoadPerCore);
        Number(line.Text(" avg="), "LoadAvg", state.Averages?.Load);
        Controller(line.Text(" | "), state.Controller);
        if (state.Oracle is { } oracle)
            Oracle(line.Text(" | oracle="), oracle, state.Sample?.At);
        Known(line.Text(" | samples_7d="), "Samples7d", state.Store?.SampleCount);
        return line;
    }

    private static void Memory(LogMessage line, HealthState state, LoadShaperSettings settings)
    {
        var use = state.Sample?.Memory is { } reading ? MemoryUse.Of(reading) : null;
        Percent(line.Text("mem(excl-cache) now="), "MemoryNow", use?.ExcludingCacheShare.Value);
        Percent(line.Text(" avg="), "MemoryAvg", state.Averages?.Memory);
        if (settings.Memory.ShowBothFigures)
        {
            Percent(line.Text(" p95="), "MemoryP95", state.Store?.MemoryP95);
            Percent(line.Text(" [incl-cache="), "MemoryWithCache", use?.Share(use.IncludingCache).Value);
            line.Text("]");
        }

        if (state.Memory is not { } memory)
            return;
        if (memory.Phase != MemoryPhase.Off)
        {
            Percent(line.Text(" target="), "MemoryTarget", memory.Target.Value);
            MiB(line.Text(" held="), "MemoryHeldMiB", memory.Held.MiB);
            MiB(line.Text(" resident="), "MemoryResidentMiB", memory.Resident?.MiB);
            MiB(line.Text(" reserve="), "MemoryReserveMiB", memory.Reserve.MiB);
        }

        if (memory.LastRelease is { } release)
            line.Text(" released=").Value("MemoryReleasedAt", Time(release.At, "yyyy-MM-dd'T'HH:mm:ss'Z'"))
                .Text("(").Value("MemoryReleaseCause", release.Cause).Text(")");
    }

    private static void Controller(LogMessage line, ControllerStatus? status)
    {
        if (status is not { } controller)
        {
            line.Text("controller=starting");
            return;
        }

        line.Text("state=").Value("State", controller.State.ToString().ToUpperInvariant());
        if (controller.Kind is { } kind)
            line.Text(" slot=").Value("Slot", kind);
        else
            line.Text(" block=").Value("Block", controller.Block is null ? "none" : "running");
        Percent(line.Text(" target="), "Target", controller.Plan.Intensity.Value);
        Percent(line.Text(" exceedance="), "Exceedance", controller.Exceedance);
        if (controller.Gate is { Position: not GatePosition.Open } gate)
            line.Text(" gate=").Value("Gate", gate.Position).Text("(").Value("GateCauses", gate.Causes).Text(")");
        line.Text(" | verdict=").Value("Verdict", VerdictFormatter.Of(controller.Verdict?.Kind));
        if (controller.Verdict is { } verdict)
            Verdict(line, verdict, controller.ReserveHours, controller.Stuck);
        if (controller.Levers.Names() is { Count: > 0 } levers)
            line.Text(" lever=").Value("Levers", string.Join('+', levers));
    }

    private static void Oracle(LogMessage line, OracleStatus oracle, DateTimeOffset? at)
    {
        if (oracle.View is not { } view)
        {
            line.Value("OracleState", oracle.Problem is null ? "starting" : JsonPage.Snake(oracle.Problem.Kind));
            return;
        }

        line.Value("OracleVerdict", VerdictFormatter.Of(view.Verdict));
        Percent(line.Text(" p95="), "OracleP95", view.Cpu.Minute);
        Percent(line.Text(" lowest="), "OracleLowest", view.Cpu.Lowest);
        if (view.Newest is { } newest && at is { } now)
            line.Text(" age=").Value("OracleAgeMinutes", (int)Math.Round(Math.Max(0, (now - newest).TotalMinutes), MidpointRounding.AwayFromZero)).Text("min");
        if (oracle.Problem is { } problem)
            line.Text(" problem=").Value("OracleProblem", JsonPage.Snake(problem.Kind));
    }

    private static void Verdict(LogMessage line, Verdict verdict, int? reserveHours, StuckSignal? stuck)
    {
        if (verdict.SavedBy is { } metric)
            Number(line.Text(" by=").Value("SavedBy", JsonPage.Snake(metric)).Text(" margin="), "Margin", verdict.Margin);
        if (verdict.Missing > TimeSpan.Zero)
            line.Text(" unseen=").Value("UnseenHours", Rounded(verdict.Missing.TotalHours, 1)).Text("h");
        if (verdict.MinutesNeeded > 0)
            line.Text(" needed=").Value("MinutesNeeded", verdict.MinutesNeeded).Text("min");
        if (verdict.TurnsAt is { } turns)
            line.Text(" turns=").Value("TurnsAt", Time(turns, "yyyy-MM-dd'T'HH:mm'Z'"));
        if (reserveHours is { } reserve)
            line.Text(" cpu_reserve=").Value("CpuReserveHours", reserve).Text("h");
        if (stuck is not null)
            line.Text(" outlook=falling(").Value("StuckSignal", JsonPage.Snake(stuck.Cause)).Text(")");
    }

    private static void Percent(LogMessage line, string name, double? value, int decimals = 1)
    {
        if (value is { } known && double.IsFinite(known))
            line.Value(name, Rounded(known, decimals)).Text("%");
        else
            line.Text(Unknown);
    }

    private static void Number(LogMessage line, string name, double? value) =>
        Known(line, name, value is { } known && double.IsFinite(known) ? Rounded(known, 2) : null);

    // Without trailing zeros.
    private static void MiB(LogMessage line, string name, double? value)
    {
        if (value is { } known)
            line.Value(name, Math.Round(known, 1, MidpointRounding.AwayFromZero)).Text("MiB");
        else
            line.Text(Unknown);
    }

    private static void Known(LogMessage line, string name, object? value)
    {
        if (value is null)
            line.Text(Unknown);
        else
            line.Value(name, value);
    }

    // A decimal keeps its trailing zeros without a format, which JSON would repeat beside the value.
    private static decimal Rounded(double value, int decimals) =>
        decimal.Parse(value.ToString("F" + decimals, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}

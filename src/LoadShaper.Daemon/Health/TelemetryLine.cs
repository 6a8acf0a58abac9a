using System.Globalization;
using System.Text;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>The line that the log has once a control period; load is per core, what is unknown is n/a.</summary>
internal static class TelemetryLine
{
    private const string Unknown = "n/a";

    public static string Format(HealthState state, LoadShaperSettings settings)
    {
        var sample = state.Sample;
        var controller = state.Controller;
        var line = new StringBuilder("[loadshaper] ");
        line.Append("cpu now=").Append(Percent(sample?.Cpu?.Busy.Value)).Append(" avg=").Append(Percent(state.Averages?.Cpu))
            .Append(" p95=").Append(Percent(controller?.Readings.Minute)).Append(" own=").Append(Percent(sample?.Cpu?.Own.Value));
        line.Append(" | ").Append(Memory(state, settings));
        line.Append(" | nic(").Append(settings.Network.Watch.Interface).Append(") now=")
            .Append(Percent(sample?.Network?.Utilization.Value, "0.00")).Append(" avg=").Append(Percent(state.Averages?.Network, "0.00"));
        line.Append(" | load now=").Append(Number(sample?.LoadPerCore)).Append(" avg=").Append(Number(state.Averages?.Load));
        line.Append(" | ").Append(Controller(state));
        line.Append(" | samples_7d=").Append(state.Store?.SampleCount.ToString(CultureInfo.InvariantCulture) ?? Unknown);
        return line.ToString();
    }

    private static string Memory(HealthState state, LoadShaperSettings settings)
    {
        var use = state.Sample?.Memory is { } reading ? MemoryUse.Of(reading) : null;
        var text = $"mem(excl-cache) now={Percent(use?.ExcludingCacheShare.Value)} avg={Percent(state.Averages?.Memory)}";
        if (settings.Memory.ShowBothFigures)
            text += $" p95={Percent(state.Store?.MemoryP95)} [incl-cache={Percent(use?.Share(use.IncludingCache).Value)}]";
        if (state.Memory is not { } memory)
            return text;
        if (memory.Phase != MemoryPhase.Off)
            text += $" target={Percent(memory.Target.Value)} held={memory.Held} resident={memory.Resident?.ToString() ?? Unknown} reserve={memory.Reserve}";
        if (memory.LastRelease is { } release)
            text += string.Create(CultureInfo.InvariantCulture, $" released={release.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}({release.Cause})");
        return text;
    }

    private static string Controller(HealthState state)
    {
        if (state.Controller is not { } controller)
            return "controller=starting";
        var text = $"state={controller.State.ToString().ToUpperInvariant()}";
        text += controller.Kind is { } kind ? $" slot={kind}" : controller.Block is null ? " block=none" : " block=running";
        text += $" target={Percent(controller.Plan.Intensity.Value)} exceedance={Percent(controller.Exceedance)}";
        if (controller.Gate is { Position: not GatePosition.Open } gate)
            text += $" gate={gate.Position}({gate.Causes})";
        return text + $" | {Verdict(controller)}";
    }

    private static string Verdict(ControllerStatus controller)
    {
        var text = $"verdict={VerdictFormatter.Of(controller.Verdict?.Kind)}";
        if (controller.Verdict is { } verdict)
        {
            if (verdict.SavedBy is { } metric)
                text += string.Create(CultureInfo.InvariantCulture, $" by={JsonPage.Snake(metric)} margin={verdict.Margin:0.00}");
            if (verdict.Missing > TimeSpan.Zero)
                text += string.Create(CultureInfo.InvariantCulture, $" unseen={verdict.Missing.TotalHours:0.0}h");
            if (verdict.MinutesNeeded > 0)
                text += string.Create(CultureInfo.InvariantCulture, $" needed={verdict.MinutesNeeded}min");
            if (verdict.TurnsAt is { } turns)
                text += string.Create(CultureInfo.InvariantCulture, $" turns={turns.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}");
            if (controller.Stuck is { } stuck)
                text += $" outlook=falling({JsonPage.Snake(stuck.Cause)})";
        }

        return controller.Levers.Names() is { Count: > 0 } levers ? $"{text} lever={string.Join('+', levers)}" : text;
    }

    private static string Percent(double? value, string format = "0.0") =>
        value is { } v ? v.ToString(format, CultureInfo.InvariantCulture) + "%" : Unknown;

    private static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? Unknown;
}

using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Simulation;

namespace LoadShaper.Replay.Machine;

/// <summary>The recorded machine run again under other settings: its foreign load, its load average, its unseen stretches.</summary>
public static class WhatIf
{
    private const int LeastMinutes = 60;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="changes">Settings by their environment variable.</param>
    /// <exception cref="FormatException">The settings are refused, or too little is recorded; the message says how to fix it.</exception>
    public static void Write(TextWriter to, Recording recording, TimeRange range, IReadOnlyDictionary<string, string> changes)
    {
        foreach (var name in changes.Keys)
            if (SettingsTable.Find(name) is null)
                throw new FormatException($"{name} is not a setting; {UnknownNames.Suggestion(name)}");

        var seen = RecordedPast.Of(recording, range);
        var was = RecordedSettings.Of(seen.Started);
        var then = RecordedSettings.Of(seen.Started, changes);
        if (was.Settings is null)
            throw new FormatException($"the settings that were in force are refused by this version: {was.Problem}");
        if (then.Settings is null)
            throw new FormatException($"these settings are refused: {then.Problem}");
        if (seen.Count < LeastMinutes)
            throw new FormatException(TooFew(recording, seen));

        // The runs do not depend on each other.
        var machine = seen.Machine();
        var again = Task.Run(() => SimulationSummary.Of(Simulator.Run(machine.Options(was.Settings, was.Family, seen.Started))));
        var other = Task.Run(() => SimulationSummary.Of(Simulator.Run(machine.Options(then.Settings, then.Family, seen.Started))));
        var recorded = SimulationSummary.Of(SimulationReport.OfRecord(was.Settings.Cpu.Rule, machine.Before, machine.Rows, seen.Transitions));

        to.Write($"recorded {seen.First:yyyy-MM-dd HH:mm} to {seen.Last + Minute:yyyy-MM-dd HH:mm} UTC, {seen.Count} minutes seen, from {seen.Source}\n");
        to.Write($"what if {string.Join(" ", changes.Select(pair => $"{pair.Key}={pair.Value}"))}\n");
        if (machine.Days <= 7)
            to.Write("less than eight days are recorded: minutes before the record count as idle and lower the figures\n");
        to.Write('\n');
        WriteTable(to, was.Settings.Cpu.Rule.Threshold, seen.Verdict, recorded, again.GetAwaiter().GetResult(), other.GetAwaiter().GetResult());
    }

    private static void WriteTable(TextWriter to, double threshold, VerdictKind? verdict, SimulationSummary recorded, SimulationSummary again, SimulationSummary other)
    {
        Row(to, "", "recorded", "simulated unchanged", "what if");
        for (var i = 0; i < recorded.Readings.Count; i++)
        {
            var name = recorded.Readings[i].Name == "day" ? "each UTC day" : recorded.Readings[i].Name;
            Row(to, $"observed P95, {name}: lowest", Percent(recorded.Readings[i].Min), Percent(again.Readings[i].Min), Percent(other.Readings[i].Min));
            Row(to, "  mean", Percent(recorded.Readings[i].Mean), Percent(again.Readings[i].Mean), Percent(other.Readings[i].Mean));
            Row(to, $"  hours under {threshold:0.##} %", $"{recorded.Readings[i].HoursUnder}", $"{again.Readings[i].HoursUnder}", $"{other.Readings[i].HoursUnder}");
        }

        Row(to, "reserve if it stopped: lowest", Hours(recorded.Reserve.Min), Hours(again.Reserve.Min), Hours(other.Reserve.Min));
        Row(to, "  mean", Hours(recorded.Reserve.Mean), Hours(again.Reserve.Mean), Hours(other.Reserve.Mean));
        Row(to, "own CPU", Percent(recorded.Own), Percent(again.Own), Percent(other.Own));
        Row(to, "  second half", Percent(recorded.OwnLater), Percent(again.OwnLater), Percent(other.OwnLater));
        Row(to, "changes of state", $"{recorded.Transitions}", $"{again.Transitions}", $"{other.Transitions}");
        Row(to, "verdict at the end", VerdictFormatter.Of(verdict), VerdictFormatter.Of(again.Verdict?.Kind), VerdictFormatter.Of(other.Verdict?.Kind));
    }

    private static string TooFew(Recording recording, RecordedPast seen)
    {
        var found = $"only {SlotRun.Count(seen.Count, "minute")} of CPU use recorded in this range, at least {LeastMinutes} are needed. ";
        return found + (
            seen.SamplesProblem is { } problem ? $"{problem} Fix its ownership and permissions, or copy it next to the journal again."
            : seen.AreStored || File.Exists(recording.SamplesPath) ? $"{recording.SamplesPath} was read; it has no more. Choose a longer range with --from, or let the daemon run longer."
            : $"Copy metrics.db to {recording.SamplesPath}: it has every minute of the last five weeks.");
    }

    private static void Row(TextWriter to, string name, string recorded, string again, string other) =>
        to.Write($"{name,-36}{recorded,12}{again,22}{other,12}".TrimEnd() + "\n");

    private static string Hours(double? value) => $"{value ?? 0:0} h";

    private static string Percent(double? value) => value is { } v ? $"{v:0.00} %" : "-";
}

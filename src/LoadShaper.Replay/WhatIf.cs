using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Simulation;

namespace LoadShaper.Replay;

/// <summary>The recorded machine run again under other settings: its foreign load, its load average, its unseen stretches.</summary>
public static class WhatIf
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <param name="changes">Settings by their environment variable.</param>
    /// <exception cref="FormatException">The settings are refused, or too little is recorded; the message says how to mend it.</exception>
    public static void Write(TextWriter to, Recording recording, TimeRange range, IReadOnlyDictionary<string, string> changes)
    {
        foreach (var name in changes.Keys)
            if (SettingsTable.Find(name) is null)
                throw new FormatException($"{name} is not a setting; {UnknownNames.Suggestion(name)}");

        var seen = Seen.Of(recording.Events(), range);
        var was = RecordedSettings.Of(seen.Started);
        var then = RecordedSettings.Of(seen.Started, changes);
        if (was.Settings is null)
            throw new FormatException($"the settings that were in force are refused by this version: {was.Problem}");
        if (then.Settings is null)
            throw new FormatException($"these settings are refused: {then.Problem}");

        var all = RecordedMinutes.Of(recording, TimeRange.All);
        var minutes = all.Minutes.Where(minute => range.Contains(minute.Start)).ToArray();
        if (minutes.Length < 60)
            throw new FormatException($"only {minutes.Length} minutes of CPU use are recorded here, at least 60 are needed. Copy metrics.db beside the journal: it has every minute of the last five weeks.");

        var machine = new RecordedMachine(minutes, all.Minutes);
        var recorded = Summary.Of(SimulationReport.OfRecord(was.Settings.Cpu.Rule, machine.Before, machine.Rows, seen.Transitions, seen.Verdict));
        var again = Summary.Of(Simulator.Run(machine.Options(was.Settings, was.Family, seen.Started)));
        var other = Summary.Of(Simulator.Run(machine.Options(then.Settings, then.Family, seen.Started)));

        to.Write($"recorded {minutes[0].Start:yyyy-MM-dd HH:mm} to {minutes[^1].Start + Minute:yyyy-MM-dd HH:mm} UTC, {minutes.Length} minutes seen, from {all.Source}\n");
        to.Write($"what if {string.Join(" ", changes.Select(pair => $"{pair.Key}={pair.Value}"))}\n");
        if (machine.Days <= 7)
            to.Write("less than eight days are recorded: most of what the readings say is how they began\n");
        to.Write('\n');
        Row(to, "", "recorded", "simulated as it was", "what if");
        for (var i = 0; i < recorded.Readings.Count; i++)
        {
            var name = recorded.Readings[i].Name == "day" ? "each UTC day" : recorded.Readings[i].Name;
            Row(to, $"P95, {name}: lowest", Percent(recorded.Readings[i].Min), Percent(again.Readings[i].Min), Percent(other.Readings[i].Min));
            Row(to, "  mean", Percent(recorded.Readings[i].Mean), Percent(again.Readings[i].Mean), Percent(other.Readings[i].Mean));
            Row(to, $"  hours under {was.Settings.Cpu.Rule.Threshold:0.##} %", $"{recorded.Readings[i].HoursUnder}", $"{again.Readings[i].HoursUnder}", $"{other.Readings[i].HoursUnder}");
        }

        Row(to, "own CPU", Percent(recorded.Own), Percent(again.Own), Percent(other.Own));
        Row(to, "  second half", Percent(recorded.OwnLater), Percent(again.OwnLater), Percent(other.OwnLater));
        Row(to, "changes of state", $"{recorded.Transitions}", $"{again.Transitions}", $"{other.Transitions}");
        Row(to, "verdict at the end", Verdict(recorded), Verdict(again), Verdict(other));
    }

    private static void Row(TextWriter to, string name, string recorded, string again, string other) =>
        to.Write($"{name,-26}{recorded,12}{again,22}{other,12}".TrimEnd() + "\n");

    private static string Percent(double? value) => value is { } v ? $"{v:0.00} %" : "-";

    private static string Verdict(Summary summary) => VerdictFormatter.Of(summary.Verdict?.Kind);

    // What the journal says of the part that is asked for.
    private sealed record Seen(DaemonStarted? Started, Verdict? Verdict, IReadOnlyList<IEvent> Transitions)
    {
        public static Seen Of(IEnumerable<IEvent> events, TimeRange range)
        {
            DaemonStarted? started = null;
            Verdict? verdict = null;
            var transitions = new List<IEvent>();
            foreach (var happened in events)
            {
                // Not the end: after a step of the clock earlier times come later.
                if (happened.At >= range.To)
                    continue;
                started = happened as DaemonStarted ?? (happened as StateRecorded)?.Memory.Started ?? started;
                verdict = (happened as VerdictChanged)?.To ?? verdict;
                if (happened is StateChanged && range.Contains(happened.At))
                    transitions.Add(happened);
            }

            return new Seen(started, verdict, transitions);
        }
    }
}

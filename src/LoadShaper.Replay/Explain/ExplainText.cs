using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Explain;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Safety;
using LoadShaper.Journal;

namespace LoadShaper.Replay.Explain;

/// <summary>The decisions at a moment, why they came out so, and what would have changed them.</summary>
public static class ExplainText
{
    private const int LongerTries = 8;

    // A clock that went back by less keeps the slot that was decided ahead of it.
    private static readonly TimeSpan ClockSteps = GapPolicy.LongestHold;

    /// <param name="asked">The index of a slot, or a moment; see <see cref="ExplainQuery"/>.</param>
    /// <returns>False when nothing was recorded then or before.</returns>
    /// <exception cref="FormatException">It is neither.</exception>
    public static bool Write(TextWriter to, Recording recording, string asked)
    {
        var end = recording.End ?? DateTimeOffset.UnixEpoch;
        var query = ExplainQuery.Parse(asked, end, () => SlotDuration(recording, end));
        JournalWindow? window = recording.WindowOf(new TimeRange(query.At - ClockSteps, query.End + ClockSteps));
        var search = DecisionSearch.In(recording.Events(window), query);
        // With `blocks` the decision in force may be older than one recorded state.
        for (var tries = 0; query.Slot is null && search.Found.Count == 0 && recording.Longer(window) is { } longer; tries++)
            search = DecisionSearch.In(recording.Events(window = tries < LongerTries ? longer : JournalWindow.All), query);
        // Slots were of another length once.
        if (query.Slot is not null && search.Found.Count == 0)
            search = DecisionSearch.In(recording.Events(), query);
        return Write(to, search, query);
    }

    /// <summary>The same of events in memory.</summary>
    public static bool Write(TextWriter to, IEnumerable<IEvent> events, ExplainQuery query) => Write(to, DecisionSearch.In(events, query), query);

    private static bool Write(TextWriter to, DecisionSearch search, ExplainQuery query)
    {
        if (search.Found.Count == 0)
            return false;
        if (search.Gap is { } gap && search.Found[0].At <= gap.From)
            to.Write($"{query.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC lies in a {EventLine.Of(gap)}; the last decision before it:\n");
        else if (search.IsEarlier)
            to.Write($"in force at {query.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC:\n");
        if (search.Found.Count > 1)
        {
            to.Write($"{search.Found.Sum(decision => decision.Events.Count)} events, in order\n");
            foreach (var decision in search.Found)
                foreach (var happened in decision.Events)
                    to.Write($"  {happened.At.UtcDateTime:HH:mm:ss.fff}  {EventLine.Of(happened)}\n");
            to.Write('\n');
        }

        var first = true;
        foreach (var decision in search.Found.Where(decision => search.Found.Count == 1 || decision.IsAboutCpu || decision.Events[0] is GateEvent or VerdictChanged or NetworkEvent or GeneratorChanged or PeerChanged or LedgerEvent))
        {
            to.Write(first ? "" : "\n");
            first = false;
            if (decision.IsAboutCpu)
                WriteDecision(to, decision);
            else
                WriteOther(to, decision.Events[0]);
        }

        return true;
    }

    private static void WriteDecision(TextWriter to, Decision found)
    {
        var input = ((P95Event)found.Events[0]).Input;
        to.Write($"decision of {input.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC\n");
        foreach (var happened in found.Events)
            to.Write($"  {(happened is SlotDecided { Slot: var slot } ? $"slot {slot.Index}, {slot.Start:HH:mm:ss} to {slot.End:HH:mm:ss}: " : "")}{EventLine.Of(happened)}\n");
        to.Write("inputs\n");
        WriteInputs(to, ExplainInputs.Of(input));
        if (found.Closed is { } closed)
            to.Write($"  {"gate closed since " + closed.At.ToString("HH:mm:ss"),-28}{EventLine.Describe(closed.Causes, closed.Input)}\n");

        var settings = RecordedSettings.Of(found.Before.Started);
        if (settings.Settings is null)
        {
            to.Write($"not explained: this version refuses the settings that were in force: {settings.Problem}\n");
            return;
        }

        var why = P95Explanation.Of(settings.Settings.Cpu, found.Before.Cpu, input);
        to.Write($"why {why.Answer}\n  {why.Rule}\n");
        to.Write("what would have changed it, one at a time\n");
        foreach (var change in why.Changes)
            to.Write($"  {change}\n");
        if (why.Changes.Count == 0)
            to.Write("  no single input\n");
    }

    private static void WriteOther(TextWriter to, IEvent happened)
    {
        to.Write($"event of {happened.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC\n  {EventLine.Of(happened)}\n");
        var inputs = happened switch
        {
            GateEvent gate => ExplainInputs.Of(gate.Input),
            VerdictChanged verdict => ExplainInputs.Of(verdict.Input),
            NetworkEvent { Input: { } input } => NetworkInputs.Of(input),
            GeneratorChanged generator => NetworkInputs.Of(generator.Input),
            TrafficReserved entry => NetworkInputs.Of(entry.Input),
            _ => [],
        };
        if (inputs.Count > 0)
            to.Write("inputs\n");
        WriteInputs(to, inputs);
    }

    private static void WriteInputs(TextWriter to, IEnumerable<(string Name, string Value)> inputs)
    {
        foreach (var (name, value) in inputs)
            to.Write($"  {name,-28}{value}\n");
    }

    // Slots are named by index and duration; the duration is that of the settings in force at the end.
    private static TimeSpan SlotDuration(Recording recording, DateTimeOffset end)
    {
        DaemonStarted? started = null;
        foreach (var happened in recording.Events(new TimeRange(end, null)))
        {
            if (happened is SlotDecided decided)
                return decided.Slot.Duration;
            started = happened as DaemonStarted ?? started;
        }

        return (RecordedSettings.Of(started).Settings ?? RecordedSettings.Defaults.Settings!).Cpu.SlotDuration;
    }
}

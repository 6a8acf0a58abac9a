using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay.Machine;

/// <summary>What a run of the recorded machine needs of a range, read in one pass.</summary>
internal sealed class RecordedPast
{
    /// <summary>How much before the range is taken for the readings to begin with: as much as the daemon's sample database keeps.</summary>
    private static readonly TimeSpan History = TimeSpan.FromDays(35);

    private readonly TimeRange _range;
    private readonly RecordedMinutes _minutes;

    private RecordedPast(TimeRange range, RecordedMinutes minutes)
    {
        (_range, _minutes) = (range, minutes);
        foreach (var minute in minutes.In(range))
        {
            if (Count++ == 0)
                First = minute.Start;
            Last = minute.Start;
        }
    }

    /// <summary>Minutes of the range that were seen.</summary>
    public int Count { get; }

    /// <summary>Start of the first of them.</summary>
    public DateTimeOffset First { get; }

    /// <summary>Start of the last of them.</summary>
    public DateTimeOffset Last { get; }

    public string Source => _minutes.Source;

    /// <summary>Whether the minutes are from the sample database.</summary>
    public bool AreStored => _minutes.AreStored;

    /// <summary>Why the sample database could not be read; null when it could, or when there is none.</summary>
    public string? SamplesProblem { get; private init; }

    public DaemonStarted? Started { get; private init; }

    /// <summary>At the end of the range.</summary>
    public VerdictKind? Verdict { get; private init; }

    /// <summary>Changes of the controller's state in the range.</summary>
    public int Transitions { get; private init; }

    public static RecordedPast Of(Recording recording, TimeRange range)
    {
        var stored = RecordedMinutes.Stored(recording.SamplesPath, TimeRange.All);
        var decided = RecordedMinutes.OfDecisions();
        DaemonStarted? started = null;
        VerdictKind? verdict = null;
        var transitions = 0;
        foreach (var happened in recording.Events(stored.Count > 0 ? range : new TimeRange(range.From - History, range.To)))
        {
            if (happened is SlotDecided slot && stored.Count == 0)
                decided.Add(slot);
            // Not the end: after a step of the clock earlier times come later.
            if (happened.At >= range.To)
                continue;
            var state = (happened as StateRecorded)?.Memory;
            started = happened as DaemonStarted ?? state?.Started ?? started;
            verdict = (happened as VerdictChanged)?.To.Kind ?? state?.Verdict ?? verdict;
            if (happened is StateChanged && range.Contains(happened.At))
                transitions++;
        }

        return new RecordedPast(range, stored.Count > 0 ? stored : decided) { Started = started, Verdict = verdict, Transitions = transitions, SamplesProblem = stored.Problem };
    }

    public RecordedMachine Machine()
    {
        var start = RecordedMachine.StartFor(First);
        return new RecordedMachine(First, Last, _minutes.In(_range), _minutes.In(new TimeRange(start - History, start)));
    }
}

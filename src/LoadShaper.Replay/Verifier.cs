using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Journal;

namespace LoadShaper.Replay;

/// <summary>The first decision in which today's policies differ from the record.</summary>
/// <param name="SequenceNr">Of the first event of the decision.</param>
public sealed record Divergence(long SequenceNr, DateTimeOffset At, IReadOnlyList<IEvent> Recorded, IReadOnlyList<IEvent> Decided);

/// <summary>
/// Decides again from the recorded inputs and the state folded from the events before them, and compares with the record.
/// Where no state is known (retention removed the beginning, rows are missing) it waits for the next recorded state.
/// </summary>
public sealed class Verifier
{
    // A journal of another version would have one a row.
    private const int NoticesKept = 10;

    private readonly List<P95Event> _decision = [];
    private readonly List<string> _notices = [];
    private long _decisionNr;
    private long _lastNr;
    private ControllerSnapshot? _memory;
    private MemoryState _occupier = MemoryState.Initial;
    private NetworkEvent? _traffic;
    private RecordedSettings _settings = RecordedSettings.Defaults;

    public Divergence? First { get; private set; }

    /// <summary>The version that wrote the part that was looked at last; null when unknown.</summary>
    public string? Version => _memory?.Started?.Version;

    /// <summary>Decisions that came out the same.</summary>
    public int Checked { get; private set; }

    /// <summary>Events without a state to decide from.</summary>
    public int Unchecked { get; private set; }

    /// <summary>What was missing; the first of it.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>What was missing besides.</summary>
    public int MoreNotices { get; private set; }

    public void Add(JournalEntry entry)
    {
        if (First is not null)
            return;
        if (entry.Event is not { } happened)
        {
            Lose(entry.SequenceNr == 0 ? entry.Problem! : $"row {entry.Ordering}: {entry.Problem}");
            return;
        }

        if (entry.SequenceNr == 1)
            _memory ??= ControllerSnapshot.Empty;
        else if (_lastNr > 0 && entry.SequenceNr != _lastNr + 1)
            Lose($"events {_lastNr + 1} to {entry.SequenceNr - 1} are missing before {Time(happened.At)}");
        _lastNr = entry.SequenceNr;

        if (_memory is null && happened is StateRecorded known)
        {
            _memory = known.Memory;
            _settings = RecordedSettings.Of(_memory.Started);
        }

        if (_decision.Count > 0 && (happened as P95Event)?.Input.At != _decision[0].At)
            CheckDecision();
        if (_memory is null)
            Unchecked++;
        else
            Check(happened, entry.SequenceNr);
    }

    public void Finish()
    {
        if (First is null && _decision.Count > 0)
            CheckDecision();
    }

    private void Check(IEvent happened, long nr)
    {
        switch (happened)
        {
            case P95Event decided:
                // Applied when the decision is whole.
                if (_decision.Count == 0)
                    _decisionNr = nr;
                _decision.Add(decided);
                return;
            case DaemonStarted started:
                _settings = RecordedSettings.Of(started);
                if (_settings.Problem is { } problem)
                    Notice($"the settings of the start at {Time(started.At)} are refused by this version, so nothing under them is decided again: {problem}");
                _occupier = MemoryState.Initial;
                _traffic = null;
                break;
            case StateRecorded recorded when recorded.Memory with { LastEvent = null } != _memory! with { LastEvent = null }:
                Differ(nr, [recorded], [recorded with { Memory = _memory! }]);
                return;
            case StateRecorded:
                Checked++;
                break;
            default:
                if (_settings.Settings is null)
                    Unchecked++;
                else if (Decide(happened) is { } decisions)
                    Compare(nr, happened, decisions);
                break;
        }

        if (happened is MemoryEvent turned)
            _occupier = _occupier.Apply(turned);
        _traffic = happened as NetworkEvent ?? _traffic;
        _memory = _memory!.Apply(happened);
    }

    // The answers that are possible; more than one where the record does not say all that the decision depended on.
    // Null where nothing was decided.
    private IEvent?[]? Decide(IEvent happened)
    {
        var settings = _settings.Settings!;
        return happened switch
        {
            GateEvent e => [GatePolicy.Decide(settings.Gate, _memory!.Gate, e.Input, e.Law).Event],
            VerdictChanged e =>
                [new VerdictChanged(e.Input, _memory!.Verdict, VerdictPolicy.Decide(settings.Cpu.Rule, _settings.Family, e.Input))],
            OracleEvent e => [OraclePolicy.Decide(_memory!.OracleDiffers, e.Input)],
            // A restarted occupier starts from the initial state, and a restart is not journaled.
            MemoryEvent e =>
                [Only(MemoryPolicy.Decide(settings.Memory, _occupier, e.Input)), Only(MemoryPolicy.Decide(settings.Memory, MemoryState.Initial, e.Input))],
            FallbackActivated { Input: { } input } e =>
                // Journals of earlier builds do not have NET_ACTIVATION in the event.
                [FallbackPolicy.Decide(settings.Network, Resting(e.RiskSince), input).Event is FallbackActivated again && e.Activation is null
                    ? again with { Activation = null }
                    : FallbackPolicy.Decide(settings.Network, Resting(e.RiskSince), input).Event],
            FallbackDeactivated { Input: { } input } =>
                [FallbackPolicy.Decide(settings.Network, Sending, input).Event],
            GeneratorChanged e => [GeneratorPolicy.Decide(settings.Network.Generator, e.From, e.Input) is var to && to != e.From ? e with { To = to } : null],
            // An entry that was on its way when the journal was lost is the first of the new one, which does not show what it continues.
            TrafficReserved { Input.Resumed: false } when _memory!.Ledger is null => null,
            TrafficReserved e => [LedgerPolicy.Decide(settings.Network.Budget, Ledger, e.Input).Events[0]],
            BudgetLevelChanged e => [Ledger is var ledger && LedgerPolicy.LevelOf(settings.Network.Budget, ledger) is var level && level != ledger.Level
                ? new BudgetLevelChanged(e.At, ledger.Level, level, settings.Network.Budget.Counted(ledger.Sent), settings.Network.Budget.Share)
                : null],
            _ => null,
        };
    }

    private LedgerState Ledger => _memory!.Ledger ?? LedgerState.Start;

    // Since when it rested and since when it is safe is not recorded: as long as it has to be.
    private FallbackState Resting(DateTimeOffset riskSince) =>
        new(FallbackPhase.Inactive, _traffic?.At ?? DateTimeOffset.MinValue, riskSince, null);

    private FallbackState Sending =>
        new(FallbackPhase.Active, _traffic?.At ?? DateTimeOffset.MinValue, null, DateTimeOffset.MinValue);

    private static MemoryEvent? Only(MemoryDecision decision) => decision.Events.Count == 1 ? decision.Events[0] : null;

    private void Compare(long nr, IEvent recorded, IEvent?[] decisions)
    {
        if (decisions.Contains(recorded))
            Checked++;
        else
            Differ(nr, [recorded], decisions[0] is { } decided ? [decided] : []);
    }

    private void CheckDecision()
    {
        if (_memory is not null && _settings.Settings is { } settings)
        {
            var decided = P95Policy.Decide(settings.Cpu, _memory.Cpu, _decision[0].Input).Events;
            if (decided.SequenceEqual(_decision))
                Checked++;
            else
                Differ(_decisionNr, [.. _decision], decided);
        }
        else
        {
            Unchecked += _decision.Count;
        }

        foreach (var happened in _decision)
            _memory = _memory?.Apply(happened);
        _decision.Clear();
    }

    private void Lose(string notice)
    {
        // What is lost may have been part of it.
        Unchecked += _decision.Count;
        _decision.Clear();
        Notice(notice);
        _memory = null;
        _lastNr = 0;
    }

    private void Notice(string notice)
    {
        if (_notices.Count < NoticesKept)
            _notices.Add(notice);
        else
            MoreNotices++;
    }

    private void Differ(long nr, IReadOnlyList<IEvent> recorded, IReadOnlyList<IEvent> decided) =>
        First ??= new Divergence(nr, recorded[0].At, recorded, decided);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");
}

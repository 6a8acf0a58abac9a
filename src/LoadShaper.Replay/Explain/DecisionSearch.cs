using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay.Explain;

/// <summary>What was recorded at a moment: the slot that begins or is in force then, with all that happened in it.</summary>
/// <param name="Found">In the order of the record; empty where nothing was.</param>
/// <param name="IsEarlier">Nothing was recorded then, so <paramref name="Found"/> is the decision that was still in force.</param>
/// <param name="Gap">The gap of the record in which the moment lies; null when it lies in none.</param>
public sealed record DecisionSearch(IReadOnlyList<Decision> Found, bool IsEarlier, GapSeen? Gap)
{
    public static DecisionSearch In(IEnumerable<IEvent> events, ExplainQuery query)
    {
        var search = new Search(query);
        foreach (var happened in events)
            search.Add(happened);
        return search.Result();
    }

    private sealed class Search(ExplainQuery query)
    {
        private readonly List<Decision> _inSlot = [], _atMoment = [], _sinceSlot = [];
        private ControllerSnapshot _memory = ControllerSnapshot.Empty;
        private GateClosed? _closed;
        private GapSeen? _gap;
        private Decision? _open, _latest;
        private SlotDecided? _slot;

        public void Add(IEvent happened)
        {
            if (happened is P95Event decided)
            {
                if (_open?.At != decided.At)
                    Close();
                _open = _open is null ? new Decision([decided], _memory, _closed) : _open with { Events = [.. _open.Events, decided] };
            }
            else
            {
                Close();
                AddOther(happened);
            }

            _closed = RecordedGate.Apply(_closed, happened);
            _memory = _memory.Apply(happened);
        }

        public DecisionSearch Result()
        {
            Close();
            if (_slot is not null || query.Slot is not null)
                return new DecisionSearch(_inSlot, false, _gap);
            if (_atMoment.Any(decision => decision.IsAboutCpu) || (_latest is null && _atMoment.Count > 0))
                return new DecisionSearch(_atMoment, false, _gap);
            return new DecisionSearch(_latest is { } latest ? [latest, .. _atMoment] : [], _latest is not null, _gap);
        }

        private void AddOther(IEvent happened)
        {
            if (happened is GapSeen gap && gap.From < query.End && query.At < gap.At && !(gap.From < _gap?.From))
                _gap = gap;
            if (happened is StateRecorded)
                return;
            var other = new Decision([happened], _memory, _closed);
            _sinceSlot.Add(other);
            if (_slot is { } slot && Covers(slot, happened.At))
                _inSlot.Add(other);
            if (IsAtMoment(happened.At) || (happened is GapSeen { } hole && IsAtMoment(hole.From)))
                _atMoment.Add(other);
        }

        private void Close()
        {
            if (_open is not { } decision)
                return;
            _open = null;
            // After a step of the clock earlier times come later: the latest by time counts.
            if (decision.At < query.End && !(decision.At < _latest?.At))
                _latest = decision;
            if (IsAtMoment(decision.At))
                _atMoment.Add(decision);
            if (decision.Slot is not { } slot)
                return;
            if (query.Slot is { } index ? slot.Slot.Index == index : Covers(slot, query.At))
            {
                if (_slot is null)
                    _inSlot.AddRange(_sinceSlot.Where(other => Covers(slot, other.At)));
                _slot = slot;
                _inSlot.Add(decision);
            }

            _sinceSlot.Clear();
        }

        private bool IsAtMoment(DateTimeOffset at) => query.Slot is null && at >= query.At && at < query.End;

        private static bool Covers(SlotDecided slot, DateTimeOffset at) => at >= slot.Slot.Start && at < slot.Slot.End;
    }
}

using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Replay;

/// <summary>A run of slots in which nothing else happened, and the short closures of the gate in it.</summary>
internal sealed class SlotRun
{
    private static readonly SlotKind[] Order = [SlotKind.CatchUp, SlotKind.High, SlotKind.Baseline, SlotKind.Held, SlotKind.Resting];

    private readonly Dictionary<SlotKind, Kind> _kinds = [];
    private SlotDecided? _first, _last;
    private ControllerState _state;
    private double _foreign;
    private int _decisions;
    private int _closures;
    private TimeSpan _closed;
    private GateCauses _causes;

    private readonly record struct Kind(int Count, Percent Least, Percent Most)
    {
        public Kind Add(Percent intensity) => Count == 0
            ? new Kind(1, intensity, intensity)
            : new Kind(Count + 1, intensity < Least ? intensity : Least, intensity > Most ? intensity : Most);

        public Kind Add(Kind other) => other.Count == 0 ? this : Count == 0 ? other : new Kind(
            Count + other.Count, other.Least < Least ? other.Least : Least, other.Most > Most ? other.Most : Most);
    }

    public bool IsEmpty => _first is null;

    public DateTimeOffset From => _first!.At;

    public void Add(SlotDecided decided, ControllerState state)
    {
        if (_first is null)
            _state = state;
        // Decided again within the slot: the last decision counts.
        if (_last?.Slot == decided.Slot)
            _kinds[_last.Kind] = _kinds[_last.Kind] with { Count = _kinds[_last.Kind].Count - 1 };
        _first ??= decided;
        _last = decided;
        _kinds[decided.Kind] = _kinds.GetValueOrDefault(decided.Kind).Add(decided.Intensity);
        _foreign += decided.Input.Foreign;
        _decisions++;
    }

    public void AddClosure(TimeSpan length, GateCauses causes)
    {
        _closures++;
        _closed += length;
        _causes |= causes;
    }

    /// <summary>Adds a later run.</summary>
    public void Add(SlotRun later)
    {
        if (later._last is not null)
        {
            if (_last?.Slot == later._first!.Slot)
                _kinds[_last.Kind] = _kinds[_last.Kind] with { Count = _kinds[_last.Kind].Count - 1 };
            if (_first is null)
                (_first, _state) = (later._first, later._state);
            _last = later._last;
        }

        foreach (var (kind, counted) in later._kinds)
            _kinds[kind] = _kinds.GetValueOrDefault(kind).Add(counted);
        _foreign += later._foreign;
        _decisions += later._decisions;
        _closures += later._closures;
        _closed += later._closed;
        _causes |= later._causes;
    }

    public string Text()
    {
        var slots = _kinds.Values.Sum(kind => kind.Count);
        var covered = slots * _last!.Slot.Duration;
        var kinds = Order.Where(kind => _kinds.GetValueOrDefault(kind).Count > 0).Select(kind => KindText(kind, _kinds[kind], slots));
        var text = $"{EventLine.Name(_state)}, {EventLine.Span(covered)}: {Count(slots, "slot")}, {string.Join(", ", kinds)}"
            + $"; foreign {_foreign / _decisions:0.0} %; pessimistic P95 {Path()}";
        return _closures == 0
            ? text
            : text + $"; the gate closed {(_closures == 1 ? "once" : $"{_closures} times")}, {EventLine.Span(_closed)} in all ({EventLine.Names(_causes)})";
    }

    public static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private string Path() => _first!.Input.P95.Equals(_last!.Input.P95)
        ? $"{_first.Input.P95:0.00} %"
        : $"{_first.Input.P95:0.00} -> {_last.Input.P95:0.00} %";

    private static string KindText(SlotKind kind, Kind counted, int all)
    {
        var number = counted.Count == all ? "all" : $"{counted.Count}";
        if (counted.Most == Percent.Zero)
            return $"{number} {EventLine.Name(kind)}";
        return counted.Least == counted.Most
            ? $"{number} {EventLine.Name(kind)} at {counted.Most.Value:0.##} %"
            : $"{number} {EventLine.Name(kind)} at {counted.Least.Value:0.##} to {counted.Most.Value:0.##} %";
    }
}

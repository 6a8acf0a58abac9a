using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network;

/// <summary>
/// Carries the ledger from one entry to the next: what was sent since the last, what is asked for, and what the generator may send
/// once it is on disk. With marks an entry reserves the traffic of about <see cref="EntryLasts"/> and is allowed in steps of less
/// than a control period, each marked before it is allowed: the journal stays small, and after a kill only the marked part counts
/// as sent. Without marks an entry is one step, and counts whole.
/// </summary>
/// <param name="found">Marks of the run before.</param>
/// <param name="write">Records the marks before it returns; false when it cannot. Null where there are none.</param>
/// <param name="controlPeriod">One step is less than the traffic of this time.</param>
internal sealed class LedgerKeeper(
    BudgetSettings settings, IReadOnlyList<LedgerMark>? found = null, Func<IReadOnlyList<LedgerMark>, bool>? write = null, TimeSpan controlPeriod = default)
{
    /// <summary>How long an entry lasts at a steady rate.</summary>
    public static readonly TimeSpan EntryLasts = TimeSpan.FromMinutes(1);

    /// <summary>A hello or its answer on the wire, over IPv6.</summary>
    public const int HelloBytes = HelloCodec.Size + 62;

    /// <summary>Part of every reservation: for hellos, and for what the receiver answers.</summary>
    public static readonly ByteSize ForHellos = ByteSize.FromBytes(16_384);

    // A part of what the receiver may answer in one step.
    private static readonly Traffic Slack = new(ByteSize.FromBytes(ForHellos.Bytes / 4), ByteSize.FromBytes(ForHellos.Bytes / 4));

    private readonly Totals _generator = new(), _receiver = new();
    private LedgerState? _asked, _known;
    private Traffic _generatorAtEntry = Traffic.None, _receiverPart = Traffic.None, _receiverStep = Traffic.None, _entryUntil = Traffic.None, _step = Traffic.None;
    private IReadOnlyList<LedgerMark> _marks = found ?? [];
    private bool _resumed = true, _levelAsked, _canMark = write is not null && controlPeriod > TimeSpan.Zero;

    /// <summary>Null until it is known.</summary>
    public LedgerState? OnDisk { get; private set; }

    public bool IsPending => _asked is not null;

    /// <summary>An entry of this run is on disk.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>An entry is due: the first of a run, what a lost journal no longer shows, or the receiver used much of its part.</summary>
    public bool IsDue => !HasBegun || OnDisk != _known
        || (_canMark ? !Covers(_receiverPart + Slack, _receiver.Unsettled + _receiverStep) : _receiver.Unsettled.Total > Slack.Private);

    /// <summary>The ledger with what is known to be sent since its last entry, and what is allowed now in place of the whole reservation.</summary>
    public LedgerState? Now => OnDisk is { } state && _canMark && HasBegun && !_resumed && state == _known
        ? (_asked ?? state) with
        {
            Sent = (_asked ?? state).Sent + _generator.Unsettled + _receiver.Unsettled,
            Reserved = Until - _generator.Last + _receiverStep,
            Level = state.Level,
        }
        : OnDisk;

    /// <summary>Total of the generator up to which it may send.</summary>
    public Traffic Until { get; private set; } = Traffic.None;

    /// <summary>What the generator sent in all; a smaller total is that of a generator that was restarted.</summary>
    public void CountGenerator(Traffic total)
    {
        if (!_generator.Add(total))
            return;
        // What it sent between its last report and its end is not known: all of the reservation counts as sent.
        (_resumed, Until) = (true, Traffic.None);
    }

    /// <summary>What the receiver sent in all.</summary>
    public void CountReceiver(Traffic total)
    {
        if (_receiver.Add(total))
            _resumed = true;
    }

    /// <summary>
    /// Whether no hello can be sent to a kind of address that is used: a peer that is new, as after its name was resolved, or one that
    /// is down could never be asked.
    /// </summary>
    public bool LacksHellos(DateTimeOffset at, Destinations to)
    {
        var left = Until - _generator.Last;
        return OnDisk is { } state && LedgerPolicy.LevelAt(state, at) != BudgetLevel.Reached
            && ((to.HasExternal && left.External.Bytes < HelloBytes) || (to.HasPrivate && left.Private.Bytes < HelloBytes));
    }

    /// <summary>Allows the next step of what the entry on disk reserves.</summary>
    /// <param name="wanted">To be sent by the generator in one step.</param>
    /// <param name="forHellos">As in <see cref="Reserve"/>.</param>
    /// <returns>False when an entry is needed first.</returns>
    public bool TryAllow(Traffic wanted, Traffic forHellos)
    {
        if (!_canMark || IsPending || IsDue || _resumed)
            return false;
        var until = Traffic.Max(Until, _generator.Last + wanted + HalfForHellos(forHellos));
        return Covers(_entryUntil, until) && TryMark(until, forHellos);
    }

    /// <summary>Marks what the receiver may answer in the next control period. Where that fails, the next entry counts whole.</summary>
    public void MarkAnswers(Traffic forHellos)
    {
        if (_canMark && !IsPending && !IsDue && !_resumed)
            TryMark(Until, forHellos);
    }

    /// <summary>Settles what was sent, and reserves.</summary>
    /// <param name="wanted">To be sent by the generator in one step.</param>
    /// <param name="forHellos">In one step, to private and to public addresses; of an address that is not used, nothing.</param>
    /// <returns>Nothing while the ledger is not known or an entry is on its way to the disk.</returns>
    public IReadOnlyList<LedgerEvent> Reserve(DateTimeOffset at, Traffic wanted, Traffic forHellos)
    {
        if (OnDisk is not { } state || IsPending)
            return [];
        // What is already allowed may be sent before the new limit is known.
        var open = Until - _generator.Last;
        var generatorPart = HalfForHellos(forHellos);
        _receiverStep = forHellos - generatorPart;
        // What the run before marked for the entry on disk is what it may have sent.
        var marked = _resumed ? _marks.FirstOrDefault(mark => mark.IsOf(state)) : null;
        var sent = _generator.Unsettled + _receiver.Unsettled + (marked?.Used ?? Traffic.None) + Lost(state, at);
        var steps = StepsOf(wanted + forHellos, state, sent);
        _receiverPart = Times(_receiverStep, steps);
        _step = wanted + generatorPart;
        var input = new LedgerInput(
            at, sent, Traffic.Max(Times(_step, steps), open) + _receiverPart, _resumed && marked is null,
            MonthCorrected: LedgerPolicy.IsFarAhead(state, at) ? true : null);
        var decision = LedgerPolicy.Decide(settings, state, input);
        _asked = decision.State;
        // Written before the entry: a kill right after the entry is on disk finds what is allowed by then.
        if (_canMark)
            Write([.. _marks.Where(mark => mark.IsOf(state)).Take(1), LedgerMark.For(_asked, Traffic.Min(open + _receiverStep, _asked.Reserved))]);
        _levelAsked = decision.Events.Count > 1;
        _resumed = false;
        _generatorAtEntry = _generator.Last;
        _generator.Settle();
        _receiver.Settle();
        return decision.Events;
    }

    /// <summary>The last entry of a run: settles what was sent, reserves nothing. The generator is silent.</summary>
    public IReadOnlyList<LedgerEvent> Settle(DateTimeOffset at)
    {
        // An entry that is on its way to the disk is folded before this one.
        if ((_asked ?? OnDisk) is not { } state)
            return [];
        if (_asked is not null)
            _known = state;
        (OnDisk, _asked, Until) = (state, null, _generator.Last);
        return Reserve(at, Traffic.None, Traffic.None);
    }

    /// <summary>The ledger as it is on disk.</summary>
    /// <returns>True when <see cref="Until"/> is new.</returns>
    public bool Record(LedgerState state)
    {
        OnDisk = state;
        if (_asked is not { } asked || state with { Level = asked.Level } != asked)
        {
            if (_known is not { } known || !IsLess(state, known))
            {
                _known = state;
                return false;
            }
            // The journal was lost in this run. Nothing is sent until an entry shows again what is known.
            (_known, _asked, Until) = (_asked ?? known, null, _generator.Last);
            return true;
        }
        _known = state;
        // The change of the level is the next event. A new journal has another level, until the next entry.
        if (state.Level != asked.Level && _levelAsked)
            return false;
        (_asked, HasBegun) = (null, true);
        if (_resumed)
            return false;
        // The receiver's answers come from the same reservation.
        _entryUntil = _generatorAtEntry + (state.Reserved - _receiverPart);
        var until = _canMark ? Traffic.Min(_entryUntil, Traffic.Max(Until, _generator.Last + _step)) : _entryUntil;
        // The mark of an entry that is lowered by the budget is at most its reservation.
        return _canMark ? TryMark(until, null) : Set(until);
    }

    private bool TryMark(Traffic until, Traffic? forHellos)
    {
        if (forHellos is { } hellos)
            _receiverStep = hellos - HalfForHellos(hellos);
        var used = until - _generatorAtEntry + _receiver.Unsettled + _receiverStep;
        return Write([LedgerMark.For(OnDisk!, Traffic.Min(used, OnDisk!.Reserved))]) && Set(until);
    }

    private bool Set(Traffic until)
    {
        Until = until;
        return true;
    }

    private bool Write(IReadOnlyList<LedgerMark> marks)
    {
        _canMark = write!(marks);
        _marks = _canMark ? marks : [];
        return _canMark;
    }

    // At the end of the budget an entry is one step, or the receiver's part would be all that is left.
    private int StepsOf(Traffic step, LedgerState state, Traffic sent)
    {
        if (!_canMark)
            return 1;
        var steps = Math.Max(1, (int)Math.Ceiling(EntryLasts / (controlPeriod * RatePolicy.ReservedFor)));
        var left = settings.Share - settings.Counted(state.Sent + sent);
        return left.Bytes >= 2 * settings.Counted(Times(step, steps)).Bytes ? steps : 1;
    }

    private static Traffic Times(Traffic traffic, int times) =>
        new(ByteSize.FromBytes(traffic.External.Bytes * times), ByteSize.FromBytes(traffic.Private.Bytes * times));

    private static bool Covers(Traffic whole, Traffic part) => whole.External >= part.External && whole.Private >= part.Private;

    // What the journal on disk no longer shows; a reservation counts where it is not known how much of it was sent.
    private Traffic Lost(LedgerState state, DateTimeOffset at)
    {
        if (_known is not { } known || known == state || LedgerPolicy.MonthOf(at) > known.Month)
            return Traffic.None;
        var before = _resumed ? known.Counted : known.Sent;
        // A new month begins without the totals on disk.
        return LedgerPolicy.MonthOf(at) > state.Month ? before : before - (_resumed ? state.Counted : state.Sent);
    }

    private static bool IsLess(LedgerState state, LedgerState than) =>
        state.Month < than.Month || (state.Month == than.Month && state.Sent.Total < than.Sent.Total);

    // The receiver and the generator each have one half of it.
    private static Traffic HalfForHellos(Traffic reserved)
    {
        var half = ByteSize.FromBytes(ForHellos.Bytes / 2);
        return new Traffic(ByteSize.Min(half, reserved.External), ByteSize.Min(half, reserved.Private));
    }

    private sealed class Totals
    {
        public Traffic Last { get; private set; } = Traffic.None;

        public Traffic Unsettled { get; private set; } = Traffic.None;

        /// <returns>True when the counter began at 0 again.</returns>
        public bool Add(Traffic total)
        {
            var restarted = total.External < Last.External || total.Private < Last.Private;
            Unsettled += restarted ? total : total - Last;
            Last = total;
            return restarted;
        }

        public void Settle() => Unsettled = Traffic.None;
    }
}

using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Simulation.Network;

/// <summary>What the network lever is simulated with.</summary>
/// <param name="Foreign">Other traffic, percent of the link, in the direction that is sent.</param>
/// <param name="PeersDown">When no peer receives.</param>
/// <param name="CpuAtRisk">Whether every other metric is at risk, as it is where the network has to protect.</param>
public sealed record NetworkOptions(
    NetworkSettings Settings,
    SamplingSettings Sampling,
    ShapeFamily Family,
    IForeignLoad Foreign,
    IReadOnlyList<Stretch> PeersDown,
    int Days,
    bool CpuAtRisk = true);

/// <summary>A day of it.</summary>
/// <param name="Use">Mean use of the link, percent, our part included.</param>
/// <param name="Own">Our part.</param>
/// <param name="Sent">By us.</param>
/// <param name="Level">Of the budget, at the end of the day.</param>
public sealed record NetworkDay(DateTimeOffset Day, double Use, double Own, ByteSize Sent, BudgetLevel Level);

/// <summary>What became of it.</summary>
/// <param name="Events">Without the entries of the ledger.</param>
/// <param name="LowestWeek">The lowest mean use over seven days, percent; null when it was shorter.</param>
/// <param name="BudgetReached">When the budget was first used up; null when it never was.</param>
public sealed record NetworkResult(
    IReadOnlyList<NetworkDay> Days, IReadOnlyList<Domain.IEvent> Events, LedgerState Ledger, double? LowestWeek, DateTimeOffset? BudgetReached);

/// <summary>The network lever under virtual time, control period by control period: the daemon's own policies, no socket.</summary>
public sealed class NetworkMonth
{
    private const int DaysOfRule = 7;

    private readonly NetworkOptions _options;
    private readonly List<Domain.IEvent> _events = [];
    private readonly List<NetworkDay> _days = [];
    private FallbackState _fallback = FallbackState.Start;
    private GeneratorState _generator = GeneratorState.OffAt(TimeSpan.Zero);
    private LedgerState _ledger = LedgerState.Start;
    private Averages _averages = new();
    private TimeSpan? _firstPacket;
    private BitRate _rate = BitRate.Zero, _own = BitRate.Zero;
    private DateTimeOffset? _reached;
    private bool _peersWereUp;

    private NetworkMonth(NetworkOptions options) => _options = options;

    /// <summary>Deterministic for its options.</summary>
    public static NetworkResult Run(NetworkOptions options)
    {
        var month = new NetworkMonth(options);
        for (var day = 0; day < options.Days; day++)
            month.RunDay(TimeSpan.FromDays(day));
        double? lowest = month._days.Count < DaysOfRule ? null
            : Enumerable.Range(0, month._days.Count - DaysOfRule + 1).Min(first => month._days.Skip(first).Take(DaysOfRule).Average(day => day.Use));
        return new NetworkResult(month._days, month._events, month._ledger, lowest, month._reached);
    }

    private void RunDay(TimeSpan start)
    {
        var period = _options.Sampling.ControlPeriod;
        var (use, own, sent, count) = (0.0, 0.0, 0L, 0);
        for (var elapsed = start; elapsed < start + TimeSpan.FromDays(1); elapsed += period, count++)
        {
            var foreign = _options.Foreign.At(elapsed);
            var bytes = Send(elapsed, period);
            _own = BitRate.FromBits(8 * bytes / period.TotalSeconds);
            var share = 100 * _own.BitsPerSecond / _options.Settings.Link.BitsPerSecond;
            Decide(elapsed + period, period, foreign, bytes);
            (use, own, sent) = (use + Math.Min(100, foreign + share), own + share, sent + bytes);
        }
        _days.Add(new NetworkDay(SimulationOptions.Start + start, use / count, own / count, ByteSize.FromBytes(sent), _ledger.Level));
    }

    // What leaves in the period that begins now: in bursts, to peers that receive, as much as is reserved.
    private long Send(TimeSpan now, TimeSpan period)
    {
        if (!_generator.IsOn || !AreUp(now) || _rate == BitRate.Zero)
            return 0;
        const int parts = 10;
        var wanted = 0.0;
        for (var part = 0; part < parts; part++)
        {
            var at = now + part * (period / parts);
            if (!GeneratorPolicy.InBurst(_options.Settings, at - _generator.Since))
                continue;
            _firstPacket ??= at;
            wanted += RatePolicy.Ramped(_rate, _options.Settings.Fallback.Ramp, at - _firstPacket.Value).BytesPerSecond * period.TotalSeconds / parts;
        }
        return (long)Math.Min(wanted, _ledger.Reserved.Total.Bytes);
    }

    private void Decide(TimeSpan now, TimeSpan period, double foreign, long sent)
    {
        var at = SimulationOptions.Start + now;
        var link = _options.Settings.Link;
        var reading = new NetworkReading("simulated", BitRate.Zero, BitRate.FromBits(link.BitsPerSecond * foreign / 100 + _own.BitsPerSecond), link);
        _averages = _averages.Apply(new Sample(at, period, 1, null, null, reading, null), null, _options.Sampling.AverageWindow);
        Settle(at, sent);
        var low = Percent.Of(_options.CpuAtRisk ? 5 : 90);
        var input = new FallbackInput(
            at, _options.Family, low, low, _averages.Network is { } average ? Percent.Clamp(average) : null, reading, GatePosition.Open,
            LedgerPolicy.LevelAt(_ledger, at));
        var decision = FallbackPolicy.Decide(_options.Settings, _fallback, input);
        _fallback = decision.State;
        if (decision.Event is { } happened)
            _events.Add(happened);
        _rate = _fallback.Phase == FallbackPhase.Active
            ? RatePolicy.Decide(_options.Settings, new RateInput(reading, _own, BitRate.Zero, 0))
            : BitRate.Zero;
        Turn(now, forced: decision.Event is FallbackDeactivated);
    }

    private void Settle(DateTimeOffset at, long sent)
    {
        var wanted = RatePolicy.ToReserve(_rate, _options.Sampling.ControlPeriod).Bytes;
        if (sent == 0 && (wanted == 0 || _ledger.Reserved.Total.Bytes >= wanted))
            return;
        // A whole period is sent from one reservation here; the daemon renews it within.
        var decision = LedgerPolicy.Decide(
            _options.Settings.Budget, _ledger, new LedgerInput(at, Traffic.To(isPrivate: true, sent), Traffic.To(isPrivate: true, (long)(wanted / RatePolicy.ReservedFor))));
        _ledger = decision.State;
        foreach (var changed in decision.Events.OfType<BudgetLevelChanged>())
        {
            _events.Add(changed);
            _reached ??= changed.To == BudgetLevel.Reached ? at : null;
        }
    }

    private void Turn(TimeSpan now, bool forced)
    {
        var wished = _rate > BitRate.Zero;
        _generator = _generator.Wish(wished && !forced, now);
        var up = AreUp(now) ? 1 : 0;
        var input = new GeneratorInput(
            SimulationOptions.Start + now, wished, _generator.WishedSince is { } since ? now - since : TimeSpan.Zero, now - _generator.Since,
            Peers: 1, Resolved: 1, Failed: 1 - up, Udp: up, Tcp: 0, forced);
        var before = _generator.Phase;
        _generator = _generator.Turn(GeneratorPolicy.Decide(_options.Settings.Generator, before, input), now);
        if (!_generator.IsOn)
            _firstPacket = null;
        // States that only follow the peers are no news a thousand times a month.
        if (_generator.Phase != before && (up == 1) != _peersWereUp)
            _events.Add(new GeneratorChanged(input, before, _generator.Phase));
        _peersWereUp = up == 1;
    }

    private bool AreUp(TimeSpan now) => !_options.PeersDown.Any(down => down.Contains(now));
}

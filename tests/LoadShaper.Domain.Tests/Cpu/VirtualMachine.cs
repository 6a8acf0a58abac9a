using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Tests.Cpu;

/// <summary>The closed loop round a machine that does what it is told, one control period at a time.</summary>
internal sealed class VirtualMachine(int cpus, Func<DateTimeOffset, double> foreign)
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly SamplingSettings _settings = new();
    private readonly Random _random = new(5);
    private DutyState _state = DutyState.Start;
    private Sample? _sample;
    private Jitter _jitter = Jitter.None;

    public DateTimeOffset Now { get; private set; } = Noon;

    public GatePosition Gate { get; set; } = GatePosition.Open;

    public double Scale { get; set; } = 1;

    public double? Quota { get; init; }

    /// <summary>Share of what is asked that the threads manage to burn.</summary>
    public double Delivered { get; set; } = 1;

    /// <summary>What the sampler sees besides: a tick more or less.</summary>
    public double Noise { get; init; }

    /// <summary>Runs whole minutes at an intensity and returns the mean busy share of each, and of our own part.</summary>
    public List<(double Busy, double Own)> Run(double intensity, int minutes)
    {
        var means = new List<(double, double)>();
        for (var minute = 0; minute < minutes; minute++)
        {
            double busy = 0, own = 0;
            for (var i = 0; i < 12; i++)
            {
                var (b, o) = Step(intensity);
                busy += b / 12;
                own += o / 12;
            }

            means.Add((busy, own));
        }

        return means;
    }

    public (double Busy, double Own) Step(double intensity)
    {
        var decision = Decide(new CpuPlan(Percent.Of(intensity), Now.AddMinutes(1)));
        _state = _state.Apply(decision);
        var others = foreign(Now);
        var own = Math.Min(Delivered * decision.Duties.Sum(duty => duty.Value) / cpus * 100, 100 - others);
        var seen = Percent.Clamp(others + own + Noise * (2 * _random.NextDouble() - 1));
        Now += Period;
        _sample = new Sample(
            Now, Period, cpus, new CpuReading(seen, seen, Percent.Zero, Percent.Clamp(own), Percent.Clamp(own)), null, null, null);
        _state = _state.Apply(_sample);
        return (others + own, own);
    }

    public DutyDecision Decide(CpuPlan plan)
    {
        if (Now >= _jitter.Window.End)
        {
            var window = JitterWindow.For(plan.Until, Now);
            var draws = Enumerable.Range(0, JitterPolicy.Draws(_settings, window)).Select(_ => 2 * _random.NextDouble() - 1);
            _jitter = JitterPolicy.Decide(_settings, window, draws.ToArray());
        }

        var cores = Enumerable.Range(0, cpus).Select(id => new CoreCondition(id, 0)).ToArray();
        return DutyPolicy.Decide(
            _settings, _state, plan, new DutyInput(Now, _sample, Gate, Scale, cores, Quota, _jitter.At(Now)));
    }
}

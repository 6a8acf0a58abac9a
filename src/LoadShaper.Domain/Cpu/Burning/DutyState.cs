using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>What the closed loop remembers within one UTC minute.</summary>
/// <param name="Minute">The minute that the error belongs to; a new one starts at nothing.</param>
/// <param name="Error">What is missing so far: points of the whole machine times seconds. Negative is too much.</param>
/// <param name="Aim">What the last decision aimed at, own and foreign; null where it left the CPU to others.</param>
/// <param name="Asked">What our own part of it was to be.</param>
public sealed record DutyState(Slot Minute, double Error, Percent? Aim, Percent Asked)
{
    // Delivered less than this share of what was asked: stolen, throttled or kept waiting. What the machine came to was then
    // not our doing: a shortfall is not made up for, and what others took beyond the aim is not held back afterwards.
    private const double DeliveredShare = 0.6;

    // Foreign load of one sample is too uneven to decide by it whether a minute can count.
    private static readonly TimeSpan ForeignWindow = TimeSpan.FromMinutes(5);

    public static readonly DutyState Start = new(new Slot(0, TimeSpan.FromMinutes(1)), 0, null, Percent.Zero);

    /// <summary>Mean CPU use of other processes over about five minutes, percent of all CPUs; null before the first sample.</summary>
    public double? Foreign { get; init; }

    /// <summary>
    /// Remembers what was aimed at. Where the gate leaves the CPU to others the account is closed: what they took until it
    /// closed would else be held back when they have left.
    /// </summary>
    public DutyState Apply(DutyDecision decision) =>
        this with { Aim = decision.Aim, Asked = decision.Asked, Error = decision.Yields ? 0 : Error };

    /// <summary>Compares what was aimed at with what came of it.</summary>
    public DutyState Apply(Sample sample)
    {
        // A sample belongs to the minute in which most of it lies.
        var minute = Slot.At(sample.At - sample.Period / 2, TimeSpan.FromMinutes(1));
        var error = minute == Minute ? Error : 0;
        if (Aim is { } aim && sample.Cpu is { } cpu)
        {
            if (cpu.Burning.Value >= DeliveredShare * Asked.Value)
                error += (aim.Value - cpu.Busy.Value) * sample.Period.TotalSeconds;
        }

        return this with { Minute = minute, Error = error, Foreign = ForeignAfter(sample) };
    }

    private double? ForeignAfter(Sample sample)
    {
        if (sample.Cpu is not { } cpu)
            return Foreign;
        var weight = Math.Clamp(sample.Period / ForeignWindow, 0, 1);
        return Foreign is { } mean ? mean + weight * (cpu.Foreign.Value - mean) : cpu.Foreign.Value;
    }
}

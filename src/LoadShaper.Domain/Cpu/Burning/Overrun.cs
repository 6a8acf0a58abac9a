using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>Whether a burning thread disobeys: how much more CPU time it has used than its orders allowed.</summary>
public readonly record struct Overrun(TimeSpan Excess)
{
    // A few chunks, what may be carried over, and reading the clock late.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    // What an obedient thread is over now it is under later: the excess drains.
    private const double Slack = 1.1;

    public bool Disobeys => Excess > Tolerance;

    /// <param name="highest">The highest duty in force since the last look.</param>
    /// <param name="elapsed">Since the last look.</param>
    /// <param name="ran">CPU time since the last look.</param>
    public Overrun Apply(DutyCycle highest, TimeSpan elapsed, TimeSpan ran)
    {
        var excess = Excess + ran - highest.Value * Slack * elapsed;
        return new Overrun(excess > TimeSpan.Zero ? excess : TimeSpan.Zero);
    }
}

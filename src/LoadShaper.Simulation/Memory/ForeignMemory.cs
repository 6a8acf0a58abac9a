using LoadShaper.Domain.Units;

namespace LoadShaper.Simulation.Memory;

/// <summary>What others use over a day: a slow wander between two levels, noise on it, and programs that come and go.</summary>
/// <param name="Low">The lower end of the wander, percent of the machine.</param>
/// <param name="High">The upper end.</param>
/// <param name="Noise">± points on each reading.</param>
/// <param name="Program">Points that a program takes while it runs; 0 for none.</param>
/// <param name="ProgramEvery">How far apart its starts are.</param>
/// <param name="ProgramRuns">How long it runs.</param>
public sealed record ForeignMemory(
    double Low, double High, double Noise, double Program = 0, TimeSpan ProgramEvery = default, TimeSpan ProgramRuns = default)
{
    /// <summary>From one end to the other and back takes this long, so that it moves less than a quarter of a point a minute.</summary>
    private static readonly TimeSpan Wander = TimeSpan.FromMinutes(97);

    /// <param name="noise">A draw, -1 to 1.</param>
    public ByteSize At(TimeSpan time, ByteSize total, double noise)
    {
        var level = (Low + High) / 2 + (High - Low) / 2 * Math.Sin(2 * Math.PI * (time / Wander));
        var runs = Program > 0 && time.Ticks % ProgramEvery.Ticks < ProgramRuns.Ticks;
        return ByteSize.FromBytes((long)(total.Bytes * (level + Noise * noise + (runs ? Program : 0)) / 100));
    }
}

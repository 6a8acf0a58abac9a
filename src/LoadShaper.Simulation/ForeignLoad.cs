namespace LoadShaper.Simulation;

/// <summary>What everybody else uses, percent of all CPUs, by the time since the start.</summary>
public interface IForeignLoad
{
    double At(TimeSpan elapsed);
}

/// <summary>The patterns of foreign load that have a name.</summary>
public static class ForeignLoad
{
    private const double AtRest = 2;

    public static readonly IForeignLoad Idle = new Constant(AtRest);

    /// <param name="Level">Percent.</param>
    public sealed record Constant(double Level) : IForeignLoad
    {
        public double At(TimeSpan elapsed) => Level;
    }

    /// <summary>A period of a day, the low at 00:00 UTC.</summary>
    public sealed record Sine(double Low, double High) : IForeignLoad
    {
        public double At(TimeSpan elapsed) => Low + (High - Low) * (1 - Math.Cos(2 * Math.PI * elapsed.TotalDays)) / 2;
    }

    /// <summary>A level from 09:00 UTC on for a part of each day, else at rest.</summary>
    public sealed record Busy(double Level, TimeSpan For) : IForeignLoad
    {
        private static readonly TimeSpan From = TimeSpan.FromHours(9);

        public double At(TimeSpan elapsed)
        {
            var since = (elapsed - From).Ticks % TimeSpan.TicksPerDay;
            return (since < 0 ? since + TimeSpan.TicksPerDay : since) < For.Ticks ? Level : AtRest;
        }
    }

    /// <summary>One level before a moment, another from it on.</summary>
    public sealed record Step(double Before, double After, TimeSpan When) : IForeignLoad
    {
        public double At(TimeSpan elapsed) => elapsed < When ? Before : After;
    }

    /// <summary>A recorded trace from its first row on, repeated when it ends.</summary>
    /// <param name="Rows">When a value begins, from the trace's start on, ascending from zero.</param>
    /// <param name="Length">When the trace begins again.</param>
    public sealed record Trace(IReadOnlyList<(TimeSpan At, double Value)> Rows, TimeSpan Length) : IForeignLoad
    {
        public double At(TimeSpan elapsed)
        {
            var ticks = elapsed.Ticks % Length.Ticks;
            var within = TimeSpan.FromTicks(ticks < 0 ? ticks + Length.Ticks : ticks);
            var (from, to) = (0, Rows.Count - 1);
            while (from < to)
            {
                var middle = (from + to + 1) / 2;
                if (Rows[middle].At <= within)
                    from = middle;
                else
                    to = middle - 1;
            }

            return Rows[from].Value;
        }
    }
}

namespace LoadShaper.Simulation;

/// <summary>CPU use of all other processes, percent of all CPUs, by the time since the start.</summary>
public interface IForeignLoad
{
    double At(TimeSpan elapsed);

    /// <summary>The mean over the minute that begins then.</summary>
    double OverMinute(TimeSpan from) => At(from);
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
        private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

        public double At(TimeSpan elapsed) => Rows[RowAt(Within(elapsed))].Value;

        public double OverMinute(TimeSpan from)
        {
            var at = Within(from);
            var row = RowAt(at);
            var sum = 0.0;
            for (var left = Minute; ;)
            {
                var held = EndOf(row) - at;
                if (held >= left)
                    return left == Minute ? Rows[row].Value : (sum + Rows[row].Value * left.Ticks) / Minute.Ticks;
                sum += Rows[row].Value * held.Ticks;
                left -= held;
                row = (row + 1) % Rows.Count;
                at = Rows[row].At;
            }
        }

        private TimeSpan EndOf(int row) => row + 1 < Rows.Count ? Rows[row + 1].At : Length;

        private TimeSpan Within(TimeSpan elapsed)
        {
            var ticks = elapsed.Ticks % Length.Ticks;
            return TimeSpan.FromTicks(ticks < 0 ? ticks + Length.Ticks : ticks);
        }

        private int RowAt(TimeSpan within)
        {
            var (from, to) = (0, Rows.Count - 1);
            while (from < to)
            {
                var middle = (from + to + 1) / 2;
                if (Rows[middle].At <= within)
                    from = middle;
                else
                    to = middle - 1;
            }

            return from;
        }
    }
}

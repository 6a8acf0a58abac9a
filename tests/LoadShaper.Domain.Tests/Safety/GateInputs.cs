using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Tests.Safety;

internal static class GateInputs
{
    /// <summary>Signals of every kind, each missing now and then.</summary>
    public static GateInput Draw(Random random, DateTimeOffset at) => new(
        at,
        Share(random, 100),
        Share(random, 100),
        Share(random, 20),
        random.Next(10) == 0 ? null : random.NextDouble(),
        Share(random, 100),
        Share(random, 80));

    private static Percent? Share(Random random, double most) =>
        random.Next(10) == 0 ? null : Percent.Of(Math.Round(most * Math.Pow(random.NextDouble(), 3), 2));
}

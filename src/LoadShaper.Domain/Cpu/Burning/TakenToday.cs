namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>How long real work waited for us since the UTC day began, estimated from the run-queue delay of our threads.</summary>
/// <param name="Total">The same since the first report, over all days.</param>
public sealed record TakenToday(DateOnly Day, TimeSpan Sum, TimeSpan Total = default)
{
    public static readonly TakenToday None = new(DateOnly.MinValue, TimeSpan.Zero);

    /// <summary>Folds in one thread's progress; a thread that was replaced counts from its beginning.</summary>
    public TakenToday Apply(DateTimeOffset at, CoreBurn before, CoreBurn now)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var sum = day == Day ? Sum : TimeSpan.Zero;
        var taken = now.ThreadId == before.ThreadId ? now.Taken - before.Taken : now.Taken;
        var added = taken > TimeSpan.Zero ? taken : TimeSpan.Zero;
        return new TakenToday(day, sum + added, Total + added);
    }
}

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>How long real work waited for us since the UTC day began, estimated from the run-queue delay of our threads.</summary>
public sealed record TakenToday(DateOnly Day, TimeSpan Sum)
{
    public static readonly TakenToday None = new(DateOnly.MinValue, TimeSpan.Zero);

    /// <summary>Folds in one thread's progress; a thread that was replaced counts from its beginning.</summary>
    public TakenToday Apply(DateTimeOffset at, CoreBurn before, CoreBurn now)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var sum = day == Day ? Sum : TimeSpan.Zero;
        var taken = now.ThreadId == before.ThreadId ? now.Taken - before.Taken : now.Taken;
        return new TakenToday(day, sum + (taken > TimeSpan.Zero ? taken : TimeSpan.Zero));
    }
}

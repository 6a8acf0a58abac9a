namespace LoadShaper.Domain.Sampling;

/// <summary>
/// Our own part of the 1-minute load average: an exponential average of how many of our threads wanted to run, with the
/// kernel's time constant.
/// </summary>
/// <param name="Value">Threads, on average.</param>
public readonly record struct RunnableAverage(double Value)
{
    private static readonly TimeSpan KernelOneMinute = TimeSpan.FromMinutes(1);

    /// <summary>Folds in a period in which our threads ran or waited to run for so long together.</summary>
    public RunnableAverage Apply(TimeSpan runnable, TimeSpan period)
    {
        if (period <= TimeSpan.Zero)
            return this;
        var kept = Math.Exp(-(period / KernelOneMinute));
        return new RunnableAverage(Value * kept + runnable / period * (1 - kept));
    }

    /// <summary>What is left of the load average without us.</summary>
    public double LeaveOut(double oneMinute) => Math.Max(0, oneMinute - Value);
}

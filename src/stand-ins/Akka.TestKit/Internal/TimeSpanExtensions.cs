namespace Akka.TestKit.Internal;

internal static class TimeSpanExtensions
{
    /// <summary>The shorter one, where a negative time means without end.</summary>
    public static TimeSpan Min(this TimeSpan a, TimeSpan? b)
    {
        if (b is not { } other || other < TimeSpan.Zero)
            return a;
        return a < TimeSpan.Zero || other < a ? other : a;
    }

    public static void EnsureIsPositiveFinite(this TimeSpan time, string parameterName)
    {
        if (time < TimeSpan.Zero)
            throw new ArgumentException($"The time must not be negative; it is {time}", parameterName);
    }

    /// <summary>A time that is over is zero, so that what is already there is still taken.</summary>
    public static TimeSpan OrZero(this TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}

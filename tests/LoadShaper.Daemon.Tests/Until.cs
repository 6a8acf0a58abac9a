using System.Diagnostics;

namespace LoadShaper.Daemon.Tests;

/// <summary>Waits for what a real thread or process does in its own time.</summary>
internal static class Until
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(2);

    public static void True(Func<bool> condition)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); Thread.Sleep(5))
            if (watch.Elapsed > Generous)
                throw new TimeoutException($"The condition did not come true in {Generous.TotalSeconds:0} s.");
    }
}

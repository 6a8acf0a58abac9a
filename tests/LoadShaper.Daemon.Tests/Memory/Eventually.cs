using System.Diagnostics;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>Waits for what the kernel or another process does in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    internal static void Holds(Func<bool> condition, Func<string> otherwise)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); Thread.Sleep(10))
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, otherwise());
    }
}

/// <summary>Real memory is measured by one test at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealMemory
{
    public const string Name = "real memory";
}

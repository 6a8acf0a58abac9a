using Akka.Actor;
using Akka.TestKit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Monotonic time that stands still until the test scheduler is advanced.</summary>
internal sealed class VirtualTime(TestScheduler scheduler) : TimeProvider
{
    public const string Config = """akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now.UtcTicks;
}

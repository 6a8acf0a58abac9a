using Akka.Configuration;

namespace Akka.TestKit.Configs;

/// <summary>The configurations that tests start from.</summary>
public static class TestConfigs
{
    private const string Common = """
        akka {
          # Logs to standard output what no event filter has taken.
          loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
          test {
            # multiplies every duration that passes through Dilated
            timefactor = 1.0
            # how long an event filter waits after the action
            filter-leeway = 3s
            # how long one message is awaited outside of Within
            single-expect-default = 3s
            # how long an Ask of the TestKit waits
            default-timeout = 5s
          }
        }
        """;

    private static readonly Config s_default = ConfigurationFactory.ParseString(Common);

    /// <summary>What every TestKit falls back to.</summary>
    public static Config DefaultConfig => s_default;

    /// <summary>The same with virtual time: nothing is due until <see cref="TestScheduler.Advance"/>.</summary>
    public static Config TestSchedulerConfig => ConfigurationFactory
        .ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
        .WithFallback(s_default);
}

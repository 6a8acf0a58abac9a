using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The settings under <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    public TestKitSettings(Config config)
    {
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", null, allowInfinite: false);
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", null, allowInfinite: false);
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", null, allowInfinite: false);
        TestTimeFactor = config.GetDouble("akka.test.timefactor", 0);
        LogTestKitCalls = config.GetBoolean("akka.test.testkit.debug", false);

        if (TestTimeFactor <= 0)
            throw new ConfigurationException($"akka.test.timefactor must be positive; it is {TestTimeFactor}");
    }

    /// <summary>How long an Ask of the TestKit waits.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long one message is awaited outside of Within.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for its log events after the action.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>What Dilated multiplies with.</summary>
    public double TestTimeFactor { get; }

    /// <summary>Whether the calls of the TestKit are logged at debug level.</summary>
    public bool LogTestKitCalls { get; }
}

/// <summary>Gives an actor system its <see cref="TestKitSettings"/>.</summary>
public class TestKitExtension : ExtensionIdProvider<TestKitSettings>
{
    public override TestKitSettings CreateExtension(ExtendedActorSystem system) => new(system.Settings.Config);

    public static TestKitSettings For(ActorSystem system) => system.GetExtension<TestKitSettings>();
}

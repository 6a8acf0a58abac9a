using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>A class of xunit tests with an actor system of its own for each test; disposed with it.</summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>Where the log also goes, when the test gives it.</summary>
    protected readonly ITestOutputHelper? Output;

    private int _disposed;

    /// <summary>With the default configuration, or in a system that is given; the kit ends it either way.</summary>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(ActorSystemSetup config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>With this HOCON, falling back to the default configuration.</summary>
    public TestKit(string config, ITestOutputHelper? output = null)
        : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public static new Config DefaultConfig => TestKitBase.DefaultConfig;

    public static new Config FullDebugConfig => TestKitBase.FullDebugConfig;

    protected static XunitAssertions Assertions { get; } = new();

    public void Dispose() => Dispose(true);

    /// <summary>Runs before the actor system ends.</summary>
    protected virtual void AfterAll()
    {
    }

    protected virtual void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        try
        {
            AfterAll();
        }
        finally
        {
            Shutdown();
            ImplicitSender.Release(TestActor);
        }
    }

    /// <summary>Sends the log of a further system to the output of the test.</summary>
    protected void InitializeLogger(ActorSystem system) => InitializeLogger(system, "");

    /// <inheritdoc cref="InitializeLogger(ActorSystem)"/>
    protected void InitializeLogger(ActorSystem system, string prefix)
    {
        if (Output is null)
            return;
        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new TestOutputLogger(Output, prefix)), "log-test");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), TimeSpan.FromSeconds(3))
            .ConfigureAwait(false).GetAwaiter().GetResult();
    }
}

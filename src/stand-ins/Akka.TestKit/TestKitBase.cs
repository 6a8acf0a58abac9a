using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// An actor system under test, a test actor in it that keeps what it is sent, and the questions that a test asks of it.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private const string TestActorDispatcher = "akka.test.test-actor.dispatcher";

    private static readonly Config s_fullDebugConfig = ConfigurationFactory.ParseString("""
        akka.log-dead-letters-during-shutdown = true
        akka.log-dead-letters = true
        akka.actor.debug.receive = true
        akka.actor.debug.autoreceive = true
        akka.actor.debug.lifecycle = true
        akka.actor.debug.event-stream = true
        akka.actor.debug.unhandled = true
        akka.actor.debug.fsm = true
        akka.actor.debug.router-misconfiguration = true
        akka.loglevel = DEBUG
        akka.stdout-loglevel = DEBUG
        """);

    private static int s_testActors;

    private readonly ITestKitAssertions _assertions;
    private readonly ReceiveQueue _queue = new();
    private ActorSystem _system = null!;
    private TestKitSettings _settings = null!;
    private IActorRef _testActor = null!;
    private ILoggingAdapter _log = null!;
    private EventFilterFactory _eventFilter = null!;
    private MessageEnvelope _last = NullMessageEnvelope.Instance;
    private TimeSpan? _end;
    private bool _lastWasNoMsg;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, ActorSystemSetup.Empty.WithSetup(BootstrapSetup.Create().WithConfig(config)), actorSystemName, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        _assertions = assertions ?? throw new ArgumentNullException(nameof(assertions));
        InitializeTest(system, config, actorSystemName, testActorName);
    }

    /// <summary>The configuration that every TestKit falls back to.</summary>
    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    /// <summary>Everything that an actor system can log about itself.</summary>
    public static Config FullDebugConfig => s_fullDebugConfig;

    /// <summary>The real time, as a span since year 1; virtual time does not move it.</summary>
    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    /// <summary>The actor system under test.</summary>
    public ActorSystem Sys => _system;

    public TestKitSettings TestKitSettings => _settings;

    /// <summary>The actor whose messages this kit expects; the sender of what the test tells.</summary>
    public IActorRef TestActor => _testActor;

    /// <summary>Who sent the last message that was taken.</summary>
    public IActorRef LastSender => _last.Sender;

    /// <summary>The last message that was taken; null when there was none in time.</summary>
    public object? LastMessage => _last.Message;

    public ILoggingAdapter Log => _log;

    /// <summary>Expects, or mutes, log events of the system under test.</summary>
    public EventFilterFactory EventFilter => _eventFilter;

    /// <summary>Whether the test actor has messages that were not taken.</summary>
    public bool HasMessages => _queue.Count > 0;

    /// <summary>What is left of the innermost Within, or the default for one message.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(_settings.SingleExpectDefault));

    /// <summary>What is left of the innermost Within.</summary>
    public TimeSpan Remaining => _end.HasValue
        ? RemainingOr(TimeSpan.Zero)
        : throw new InvalidOperationException("Remaining may not be called outside of Within");

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>From now on the test actor drops the messages that match.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestActor.SetIgnore(m => shouldIgnoreMessage(m)));

    /// <summary>From now on the test actor drops the messages of this type that match.</summary>
    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        _testActor.Tell(new TestActor.SetIgnore(m => m is TMsg message && shouldIgnoreMessage(message)));

    /// <summary>From now on the test actor drops the messages of this type.</summary>
    public void IgnoreMessages<TMsg>() => IgnoreMessages<TMsg>(_ => true);

    /// <summary>The test actor keeps all messages again.</summary>
    public void IgnoreNoMessages() => _testActor.Tell(new TestActor.SetIgnore(null));

    /// <summary>The test actor watches; returns when it does.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        WatchAsync(actorToWatch).GetAwaiter().GetResult();
        return actorToWatch;
    }

    /// <inheritdoc cref="Watch"/>
    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await _testActor.Ask<object>(new TestActor.Watch(actorToWatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToWatch;
    }

    /// <summary>The test actor no longer watches; returns when it does not.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        UnwatchAsync(actorToUnwatch).GetAwaiter().GetResult();
        return actorToUnwatch;
    }

    /// <inheritdoc cref="Unwatch"/>
    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await _testActor.Ask<object>(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault).ConfigureAwait(false);
        return actorToUnwatch;
    }

    /// <summary>The given time by the machine's factor, or what is left of the innermost Within when none is given.</summary>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is null)
            return RemainingOrDefault;
        if (duration < TimeSpan.Zero)
            throw new ArgumentException("The time must be positive", nameof(duration));
        return Dilated(duration.Value);
    }

    /// <summary>The time by the machine's factor, <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
            throw new ArgumentException("The time must not be negative", nameof(duration));
        return new TimeSpan((long)(duration.Ticks * _settings.TestTimeFactor));
    }

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? _settings.SingleExpectDefault;

    /// <summary>
    /// Ends the system under test. One that does not end within <paramref name="duration"/> (5 s) is logged, or fails the test
    /// when <paramref name="verifySystemShutdown"/> is set.
    /// </summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(_system, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var wait = duration ?? Dilated(TimeSpan.FromSeconds(5)).Min(TimeSpan.FromSeconds(10));
        if (system.Terminate().Wait(wait))
            return;

        var message = $"The actor system {system.Name} did not end within {wait}";
        if (verifySystemShutdown)
            throw new TimeoutException(message);
        system.Log.Warning(message);
    }

    /// <summary>A further test actor with a queue of its own.</summary>
    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(_system, name);

    /// <inheritdoc cref="CreateTestProbe(string?)"/>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    /// <summary>A further test actor that fills the same queue.</summary>
    public IActorRef CreateTestActor(string name) => CreateTestActor(_system, name);

    internal void Fail(string message) => _assertions.Fail(message);

    protected TimeSpan RemainingOr(TimeSpan duration)
    {
        if (_end is null)
            return duration;
        var left = _end.Value - Now;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }

    /// <summary>Starts the system, unless one is given, and the test actor in it.</summary>
    protected virtual void InitializeTest(ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        _system = system is null ? StartSystem(config, actorSystemName ?? "test") : WithTestDefaults(system);
        _system.RegisterExtension(new TestKitExtension());
        _settings = TestKitExtension.For(_system);
        _log = Logging.GetLogger(_system, GetType());
        _eventFilter = new EventFilterFactory(this);
        foreach (var id in new[] { CallingThreadDispatcher.Id, TestActorDispatcher })
            _system.Dispatchers.Register(id, new CallingThreadDispatcher(id));
        _testActor = CreateTestActor(
            _system, string.IsNullOrEmpty(testActorName) ? "testActor" + Interlocked.Increment(ref s_testActors) : testActorName);

        if (this is INoImplicitSender)
        {
            if (this is not TestProbe)
                ImplicitSender.Clear();
        }
        else
            ImplicitSender.Set(_testActor);
    }

    private static ActorSystem StartSystem(ActorSystemSetup setup, string name)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var given = bootstrap.HasValue && bootstrap.Value.Config.HasValue ? bootstrap.Value.Config.Value : null;
        var config = given is null ? DefaultConfig : given.WithFallback(DefaultConfig);
        var start = bootstrap.HasValue ? bootstrap.Value : BootstrapSetup.Create();
        return ActorSystem.Create(name, setup.WithSetup(start.WithConfig(config)));
    }

    private static ActorSystem WithTestDefaults(ActorSystem system)
    {
        system.Settings.InjectTopLevelFallback(DefaultConfig);
        return system;
    }

    private IActorRef CreateTestActor(ActorSystem system, string name) =>
        ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new InternalTestActor(_queue)).WithDispatcher(TestActorDispatcher), name);
}

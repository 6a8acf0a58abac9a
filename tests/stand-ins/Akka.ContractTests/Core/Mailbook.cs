using System.Threading.Channels;
using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Core;

/// <summary>An actor that keeps what it is told, for a test to read in order.</summary>
internal sealed class Mailbook
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<(object Message, IActorRef Sender)> _kept = Channel.CreateUnbounded<(object, IActorRef)>();

    internal Mailbook(ActorSystem system) => Ref = system.ActorOf(Props.Create(typeof(Keeper), _kept.Writer));

    internal IActorRef Ref { get; }

    internal IActorRef? LastSender { get; private set; }

    internal async Task<object> Next()
    {
        using var limit = new CancellationTokenSource(Patience);
        (var message, LastSender) = await _kept.Reader.ReadAsync(limit.Token);
        return message;
    }

    internal async Task<T> Next<T>() => Assert.IsAssignableFrom<T>(await Next());

    internal async Task Expect(params object[] messages)
    {
        foreach (var message in messages) Assert.Equal(message, await Next());
    }

    /// <summary>Nothing else arrived before a message that is sent now.</summary>
    internal async Task ExpectNothingBefore(object marker)
    {
        Ref.Tell(marker, ActorRefs.NoSender);
        Assert.Equal(marker, await Next());
    }

    private sealed class Keeper : ReceiveActor
    {
        public Keeper(ChannelWriter<(object Message, IActorRef Sender)> kept) => ReceiveAny(message => kept.TryWrite((message, Sender)));
    }
}

/// <summary>A system for each test, silent but for errors of the system itself.</summary>
public abstract class WithSystem : IAsyncLifetime
{
    private readonly Lazy<ActorSystem> _system;

    protected WithSystem(string hocon = "") => _system = new Lazy<ActorSystem>(() =>
        ActorSystem.Create("core", Akka.Configuration.ConfigurationFactory.ParseString(hocon + "\nakka.stdout-loglevel = off\nakka.loglevel = warning\nakka.loggers = []")));

    protected ActorSystem Sys => _system.Value;

    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_system.IsValueCreated) await Sys.Terminate().WaitAsync(Patience);
    }

    internal Mailbook Book() => new(Sys);
}

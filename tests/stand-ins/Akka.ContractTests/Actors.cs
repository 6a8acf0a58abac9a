using Akka.Actor;

namespace Akka.ContractTests;

/// <summary>Makes a child of the Props that it is told, and answers with its reference.</summary>
internal sealed class Parent : ReceiveActor
{
    private readonly SupervisorStrategy? _strategy;

    public Parent(SupervisorStrategy? strategy)
    {
        _strategy = strategy;
        Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        Receive<Named>(child => Sender.Tell(Context.ActorOf(child.Props, child.Name)));
        Receive<string>(m => m == "children", _ => Sender.Tell(Context.GetChildren().Select(c => c.Path.Name).Order().ToArray()));
    }

    public static Props Props(SupervisorStrategy? strategy = null) => Actor.Props.Create(() => new Parent(strategy));

    protected override SupervisorStrategy SupervisorStrategy() => _strategy ?? base.SupervisorStrategy();

    public sealed record Named(Props Props, string Name);
}

/// <summary>
/// Tells a target each step of its life. Throws the exception that it is told; counts "count"; waits for a gate; hands the rest on.
/// </summary>
internal sealed class Recorder : ReceiveActor
{
    private readonly IActorRef _target;
    private readonly string _name;
    private int _count;

    public Recorder(IActorRef target, string name)
    {
        _target = target;
        _name = name;
        Receive<Exception>(e => throw e);
        Receive<Gate>(gate =>
        {
            gate.Wait();
            if (gate.ThenStop)
                Context.Stop(Self);
        });
        Receive<string>(m => m == "count", _ => Sender.Tell(++_count));
        ReceiveAny(m => _target.Tell(m, Sender));
    }

    public static Props Props(IActorRef target, string name = "it") => Actor.Props.Create(() => new Recorder(target, name));

    protected override void PreStart() => _target.Tell($"{_name} starts");

    protected override void PreRestart(Exception reason, object message)
    {
        _target.Tell($"{_name} before restart: {reason.Message}");
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        _target.Tell($"{_name} after restart: {reason.Message}");
        base.PostRestart(reason);
    }

    protected override void PostStop() => _target.Tell($"{_name} stops");
}

/// <summary>Holds an actor in its handler until the test opens it, so that the test knows what waits in the mailbox.</summary>
internal sealed class Gate(Exception? thenThrow = null, bool thenStop = false)
{
    private readonly ManualResetEventSlim _open = new();
    private readonly ManualResetEventSlim _entered = new();

    public bool ThenStop { get; } = thenStop;

    public void Open() => _open.Set();

    /// <summary>Returns when the actor is in its handler.</summary>
    public void AwaitEntered()
    {
        if (!_entered.Wait(TimeSpan.FromSeconds(10)))
            throw new TimeoutException("no actor has come to the gate");
    }

    public void Wait()
    {
        _entered.Set();
        if (!_open.Wait(TimeSpan.FromSeconds(10)))
            throw new TimeoutException("the test did not open the gate");
        if (thenThrow is not null)
            throw thenThrow;
    }
}

/// <summary>The failure that a test asks an actor for.</summary>
internal class Asked(string message = "as asked") : Exception(message);

using Akka.Actor;
using Akka.Configuration;

namespace LoadShaper.Benchmarks;

public abstract class MessageWorkload : Workload
{
    private ActorSystem? _system;

    protected IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    public override Task Start()
    {
        _system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        Actor = _system.ActorOf(Props.Create(() => new Counter()));
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_system is not null)
            await _system.Terminate();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts down to zero, then completes what it was given; answers anything else.</summary>
    private sealed class Counter : ReceiveActor
    {
        private int _left;
        private TaskCompletionSource _done = new();

        public Counter()
        {
            Receive<Tick>(_ =>
            {
                if (--_left == 0)
                    _done.SetResult();
            });
            Receive<CountTo>(m => (_left, _done) = (m.Count, m.Done));
            ReceiveAny(m => Sender.Tell(m));
        }
    }

    protected sealed record CountTo(int Count, TaskCompletionSource Done);

    protected sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}

/// <summary>Messages told to one actor from one thread, until the last is handled.</summary>
public sealed class TellWorkload : MessageWorkload
{
    public const int Count = 1_000_000;

    public override string Name => "tell";

    public override string Unit => "messages/s";

    public override int Operations => Count;

    public override Task Run()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Actor.Tell(new CountTo(Count, done), ActorRefs.NoSender);
        for (var i = 0; i < Count; i++)
            Actor.Tell(Tick.Instance, ActorRefs.NoSender);
        return done.Task;
    }
}

/// <summary>Questions, each after the answer to the one before.</summary>
public sealed class AskWorkload : MessageWorkload
{
    public const int Count = 20_000;

    public override string Name => "ask";

    public override string Unit => "answers/s";

    public override int Operations => Count;

    public override async Task Run()
    {
        for (var i = 0; i < Count; i++)
            await Actor.Ask<string>("question", TimeSpan.FromSeconds(10));
    }
}

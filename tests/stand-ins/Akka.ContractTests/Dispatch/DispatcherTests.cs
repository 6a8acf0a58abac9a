using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Dispatch;

public class DispatcherTests() : Contract("""
    burner { type = PinnedDispatcher }
    shared { type = Dispatcher, throughput = 5 }
    own-threads { type = Dispatcher, executor = fork-join-executor, dedicated-thread-pool { thread-count = 2, threadtype = background } }
    akka.actor.deployment {
      /configured { dispatcher = burner }
    }
    """)
{
    [Fact]
    public void A_pinned_actor_runs_always_on_the_same_thread_and_alone_on_it()
    {
        var one = Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("burner"));
        var other = Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("burner"));
        var ones = Threads(one);
        var others = Threads(other);
        Assert.Single(ones);
        Assert.Single(others);
        Assert.NotEqual(ones, others);
    }

    [Fact]
    public void A_pinned_thread_is_none_of_the_pool()
    {
        var actor = Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("burner"));
        actor.Tell("pool?");
        ExpectMsg(false);
    }

    [Fact]
    public void A_pinned_actor_keeps_its_thread_over_a_restart()
    {
        var actor = Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("burner"));
        var before = Threads(actor);
        EventFilter.Exception<Asked>().ExpectOne(() => actor.Tell(new Asked()));
        Assert.Equal(before, Threads(actor));
    }

    [Fact]
    public void The_deployment_of_a_path_can_name_its_dispatcher()
    {
        var actor = Sys.ActorOf(Props.Create<SaysThread>(), "configured");
        actor.Tell("pool?");
        ExpectMsg(false);
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("own-threads")]
    public void A_shared_dispatcher_by_its_name_handles_messages_in_order(string dispatcher)
    {
        var actor = Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher(dispatcher));
        for (var i = 0; i < 100; i++)
            actor.Tell(i);
        Assert.Equal(Enumerable.Range(0, 100), ReceiveN(100).Cast<int>());
    }

    [Fact]
    public void A_dispatcher_with_threads_of_its_own_uses_as_many_as_it_was_given_and_none_of_the_pool()
    {
        var actors = Enumerable.Range(0, 8).Select(_ => Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("own-threads"))).ToArray();
        Assert.InRange(actors.SelectMany(Threads).Distinct().Count(), 1, 2);
        Array.ForEach(actors, actor => actor.Tell("pool?"));
        Assert.All(ReceiveN(8), answer => Assert.Equal(false, answer));
    }

    [Fact]
    public void While_one_of_its_own_threads_is_held_up_the_others_go_on()
    {
        var gate = new Gate();
        Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref).WithDispatcher("own-threads")).Tell(gate);
        gate.AwaitEntered();
        var free = Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("own-threads"));
        free.Tell(1);
        ExpectMsg(1);
        gate.Open();
    }

    [Fact]
    public void An_actor_that_holds_its_pinned_thread_holds_up_nobody_else()
    {
        var gates = Enumerable.Range(0, 8).Select(_ => new Gate()).ToArray();
        foreach (var gate in gates)
            Sys.ActorOf(Recorder.Props(CreateTestProbe().Ref).WithDispatcher("burner")).Tell(gate);
        var free = Sys.ActorOf<SaysThread>();
        free.Tell(1);
        ExpectMsg(1);
        Array.ForEach(gates, gate => gate.Open());
    }

    [Fact]
    public void A_dispatcher_that_is_not_configured_is_refused() =>
        Assert.Throws<Akka.Configuration.ConfigurationException>(
            () => Sys.ActorOf(Props.Create<SaysThread>().WithDispatcher("no-such-dispatcher")));

    private HashSet<int> Threads(IActorRef actor)
    {
        for (var i = 0; i < 50; i++)
            actor.Tell("thread?");
        return ReceiveN(50).Cast<int>().ToHashSet();
    }

    private sealed class SaysThread : ReceiveActor
    {
        public SaysThread()
        {
            Receive<string>(m => m == "thread?", _ => Sender.Tell(Environment.CurrentManagedThreadId));
            Receive<string>(m => m == "pool?", _ => Sender.Tell(Thread.CurrentThread.IsThreadPoolThread));
            Receive<Exception>(e => throw e);
            ReceiveAny(m => Sender.Tell(m));
        }
    }
}

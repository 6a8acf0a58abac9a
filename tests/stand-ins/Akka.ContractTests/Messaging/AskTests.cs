using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Messaging;

public class AskTests : Contract
{
    [Fact]
    public async Task An_ask_gives_the_answer()
    {
        var actor = Sys.ActorOf<Answers>();
        Assert.Equal(42, await actor.Ask<int>("number", TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task An_ask_without_an_answer_ends_with_a_timeout()
    {
        var actor = Sys.ActorOf<Answers>();
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<int>("silence", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_failure_as_the_answer_throws_its_cause()
    {
        var actor = Sys.ActorOf<Answers>();
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => actor.Ask<int>("failure", TimeSpan.FromSeconds(3)));
        Assert.Equal("as asked", thrown.Message);
    }

    [Fact]
    public async Task An_answer_of_another_type_is_an_argument_error()
    {
        var actor = Sys.ActorOf<Answers>();
        await Assert.ThrowsAsync<ArgumentException>(() => actor.Ask<string>("number", TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task An_ask_can_be_cancelled()
    {
        var actor = Sys.ActorOf<Answers>();
        using var cancel = new CancellationTokenSource();
        var answer = actor.Ask<int>("silence", cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task Asking_an_actor_that_is_gone_times_out()
    {
        var actor = Sys.ActorOf<Answers>();
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<int>("number", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void The_result_of_a_task_is_piped_to_an_actor()
    {
        Task.FromResult(7).PipeTo(TestActor);
        ExpectMsg(7);
    }

    [Fact]
    public void A_failed_task_is_piped_as_a_failure()
    {
        Task.FromException<int>(new InvalidOperationException("as asked")).PipeTo(TestActor);
        var failure = ExpectMsg<Status.Failure>();
        Assert.Contains("as asked", failure.Cause.ToString());
    }

    [Fact]
    public void What_is_piped_can_be_turned_into_messages()
    {
        Task.FromResult(7).PipeTo(TestActor, success: n => $"got {n}");
        ExpectMsg("got 7");
        Task.FromException<int>(new InvalidOperationException()).PipeTo(TestActor, failure: e => "failed");
        ExpectMsg("failed");
    }

    [Fact]
    public void A_task_that_an_actor_pipes_to_itself_does_not_block_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Pipes(TestActor)));
        var source = new TaskCompletionSource<string>();
        actor.Tell(source);
        actor.Tell("meanwhile");
        ExpectMsg("meanwhile");
        source.SetResult("later");
        ExpectMsg("later");
    }

    private sealed class Answers : ReceiveActor
    {
        public Answers()
        {
            Receive<string>(m => m == "number", _ => Sender.Tell(42));
            Receive<string>(m => m == "failure", _ => Sender.Tell(new Status.Failure(new InvalidOperationException("as asked"))));
            Receive<string>(_ => { });
        }
    }

    private sealed class Pipes : ReceiveActor
    {
        public Pipes(IActorRef target)
        {
            Receive<TaskCompletionSource<string>>(source => source.Task.PipeTo(Self));
            Receive<string>(m => target.Tell(m));
        }
    }
}

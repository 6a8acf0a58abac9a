using Akka.Actor;
using Xunit;

namespace Akka.ContractTests.Lifecycle;

public class ReceiveTimeoutTests : VirtualTimeContract
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Silence_ends_with_a_receive_timeout_again_and_again()
    {
        var actor = Silent();
        Advance(actor, 10);
        ExpectMsg("silence");
        Advance(actor, 10);
        ExpectMsg("silence");
    }

    [Fact]
    public void A_message_begins_the_silence_anew()
    {
        var actor = Silent();
        Advance(actor, 9);
        actor.Tell("hello");
        ExpectMsg("hello");
        Advance(actor, 9);
        ExpectNoMsg(Quiet);
        Advance(actor, 1);
        ExpectMsg("silence");
    }

    [Fact]
    public void A_message_that_does_not_influence_it_leaves_the_silence_as_it_is()
    {
        var actor = Silent();
        Advance(actor, 9);
        actor.Tell(new Whisper());
        ExpectMsg<Whisper>();
        Advance(actor, 1);
        ExpectMsg("silence");
    }

    [Fact]
    public void It_can_be_taken_off()
    {
        var actor = Silent();
        actor.Tell("off");
        Settle(actor);
        Advance(actor, 100);
        ExpectNoMsg(Quiet);
    }

    private IActorRef Silent()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Listener(TestActor)));
        Settle(actor);
        return actor;
    }

    private void Advance(IActorRef actor, int seconds)
    {
        Scheduler.Advance(seconds * s_second);
        Settle(actor);
    }

    private sealed class Whisper : INotInfluenceReceiveTimeout;

    private sealed class Listener : ReceiveActor
    {
        public Listener(IActorRef target)
        {
            Context.SetReceiveTimeout(10 * s_second);
            Receive<ReceiveTimeout>(_ => target.Tell("silence"));
            Receive<string>(m => m == "off", _ => Context.SetReceiveTimeout(null));
            ReceiveAny(m => target.Tell(m));
        }
    }
}

using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.ContractTests.Kit;

/// <summary>The test kit itself: that what it says holds, and that it fails when it does not.</summary>
public class ProbeTests : Contract
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void An_expected_message_of_another_type_or_value_or_none_fails()
    {
        TestActor.Tell("text");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>());
        TestActor.Tell(1);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg(2));
        TestActor.Tell(1);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(n => n > 1));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(s_short));
    }

    [Fact]
    public void A_message_where_none_is_expected_fails()
    {
        TestActor.Tell("text");
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(s_short));
    }

    [Fact]
    public void Collections_are_compared_by_their_elements()
    {
        TestActor.Tell(new[] { 1, 2 });
        ExpectMsg(new[] { 1, 2 });
    }

    [Fact]
    public void A_probe_is_an_actor_reference_that_can_be_watched_stopped_and_answered()
    {
        var probe = CreateTestProbe();
        probe.Ref.Tell("question");
        probe.ExpectMsg("question");
        Assert.Equal(TestActor, probe.Sender);
        probe.Reply("answer");
        ExpectMsgFrom(probe, "answer");
        Watch(probe);
        Sys.Stop(probe);
        ExpectTerminated(probe);
    }

    [Fact]
    public void Messages_can_be_ignored_and_again_not()
    {
        IgnoreMessages<int>(n => n < 10);
        TestActor.Tell(1);
        TestActor.Tell(10);
        ExpectMsg(10);
        IgnoreNoMessages();
        TestActor.Tell(1);
        ExpectMsg(1);
    }

    [Fact]
    public void Several_messages_are_expected_in_any_order()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        ExpectMsgAllOf("a", "b");
        TestActor.Tell("b");
        ExpectMsgAnyOf(["a", "b"]);
        TestActor.Tell("c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(s_short, "a"));
    }

    [Fact]
    public void Messages_are_taken_while_they_match_and_the_first_that_does_not_stays()
    {
        foreach (var i in new[] { 1, 2, 30, 4 })
            TestActor.Tell(i);
        Assert.Equal([1, 2], ReceiveWhile<int>(n => n < 10, max: TimeSpan.FromSeconds(1)));
        ExpectMsg(30);
        ExpectMsg(4);
    }

    [Fact]
    public void Fishing_skips_what_does_not_match_and_fails_when_nothing_does()
    {
        TestActor.Tell("small fry");
        TestActor.Tell(42);
        Assert.Equal(42, FishForMessage<int>(n => n == 42));
        Assert.ThrowsAny<XunitException>(() => FishForMessage<int>(_ => true, s_short));
    }

    [Fact]
    public void Within_bounds_all_that_is_in_it()
    {
        Within(TimeSpan.FromSeconds(3), () =>
        {
            TestActor.Tell("in time");
            ExpectMsg("in time");
            Assert.True(Remaining <= TimeSpan.FromSeconds(3));
        });
        Assert.ThrowsAny<XunitException>(() => Within(s_short, () => ExpectMsg<string>()));
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public void An_assertion_is_tried_until_it_holds()
    {
        var tries = 0;
        AwaitAssert(() => Assert.Equal(3, ++tries), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(10));
        Assert.Throws<EqualException>(() => AwaitAssert(() => Assert.Equal(1, 2), s_short, TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void A_condition_is_awaited_and_its_absence_fails()
    {
        var tries = 0;
        AwaitCondition(() => ++tries == 3, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(10));
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, s_short));
        Assert.False(AwaitConditionNoThrow(() => false, s_short, TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public async Task The_asynchronous_calls_do_the_same()
    {
        TestActor.Tell("text");
        Assert.Equal("text", await ExpectMsgAsync<string>());
        TestActor.Tell(1);
        await ExpectMsgAsync(1);
        await ExpectNoMsgAsync(s_short);
        var probe = CreateTestProbe();
        await WatchAsync(probe);
        Sys.Stop(probe);
        await ExpectTerminatedAsync(probe);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(s_short));
    }

    [Fact]
    public async Task The_test_actor_stays_the_sender_after_an_await()
    {
        await Task.Delay(1);
        var probe = CreateTestProbe();
        probe.Ref.Tell("who?");
        await probe.ExpectMsgAsync("who?");
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public void Log_events_are_counted_exactly()
    {
        EventFilter.Info("once").ExpectOne(() => Sys.Log.Info("once"));
        EventFilter.Info(start: "many").Expect(2, () =>
        {
            Sys.Log.Info("many 1");
            Sys.Log.Info("many 2");
        });
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("never").ExpectOne(s_short, () => { }));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("twice").ExpectOne(() =>
        {
            Sys.Log.Info("twice");
            Sys.Log.Info("twice");
        }));
    }

    [Fact]
    public void A_test_actor_reference_runs_on_the_callers_thread_and_shows_the_instance()
    {
        var actor = ActorOfAsTestActorRef<Counter>();
        actor.Tell(5);
        Assert.Equal(5, actor.UnderlyingActor.Total);
        Assert.Throws<Asked>(() => actor.Receive(new Asked()));
        actor.Tell("total?");
        ExpectMsgFrom(actor, 5);
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter()
        {
            Receive<int>(n => Total += n);
            Receive<string>(_ => Sender.Tell(Total));
            Receive<Exception>(e => throw e);
        }

        public int Total { get; private set; }
    }
}

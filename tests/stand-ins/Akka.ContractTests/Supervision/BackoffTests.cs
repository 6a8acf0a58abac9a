using Akka.Actor;
using Akka.Pattern;
using Xunit;

namespace Akka.ContractTests.Supervision;

public class BackoffTests : VirtualTimeContract
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_child_that_failed_comes_back_only_after_the_delay()
    {
        var supervisor = Start(OnFailure());
        Fail(supervisor);
        Scheduler.Advance(0.9 * s_second);
        ExpectNoMsg(Quiet);
        Scheduler.Advance(0.1 * s_second);
        ExpectMsg("it starts");
    }

    [Fact]
    public void The_delay_doubles_with_each_failure_up_to_the_longest()
    {
        var supervisor = Start(OnFailure());
        foreach (var seconds in new[] { 1, 2, 4, 4 })
        {
            Fail(supervisor);
            Scheduler.Advance((seconds - 0.1) * s_second);
            ExpectNoMsg(Quiet);
            Scheduler.Advance(0.1 * s_second);
            ExpectMsg("it starts");
        }
    }

    [Fact]
    public void A_child_that_stops_comes_back_when_the_supervisor_is_for_stops()
    {
        var supervisor = Start(Backoff.OnStop(Recorder.Props(TestActor), "child", s_second, 4 * s_second, 0.0, -1));
        supervisor.Tell(PoisonPillForChild);
        ExpectMsg("it stops");
        AwaitGone(supervisor);
        Scheduler.Advance(s_second);
        ExpectMsg("it starts");
    }

    [Fact]
    public void A_supervisor_for_failures_ends_when_its_child_stops_of_itself()
    {
        var supervisor = Start(OnFailure());
        Watch(supervisor);
        supervisor.Tell(PoisonPillForChild);
        ExpectMsg("it stops");
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void Messages_go_to_the_child_with_their_sender()
    {
        var supervisor = Start(OnFailure());
        supervisor.Tell("count");
        ExpectMsg(1);
    }

    [Fact]
    public void While_the_child_is_gone_messages_become_dead_letters()
    {
        var supervisor = Start(OnFailure());
        Fail(supervisor);
        EventFilter.DeadLetter<string>(m => m == "too early").ExpectOne(() => supervisor.Tell("too early"));
    }

    [Fact]
    public void After_too_many_failures_the_supervisor_stops()
    {
        var supervisor = Start(OnFailure().WithMaxNrOfRetries(1));
        Watch(supervisor);
        Fail(supervisor);
        Scheduler.Advance(s_second);
        ExpectMsg("it starts");
        EventFilter.Exception<Asked>().ExpectOne(() => supervisor.Tell(new Asked()));
        FishForMessage<Terminated>(t => t.ActorRef.Equals(supervisor));
    }

    [Fact]
    public void The_count_of_failures_is_forgotten_after_a_quiet_time()
    {
        var supervisor = Start(OnFailure().WithAutoReset(10 * s_second));
        Fail(supervisor);
        Scheduler.Advance(s_second);
        ExpectMsg("it starts");
        Assert.Equal(1, RestartCount(supervisor));
        Scheduler.Advance(10 * s_second);
        Assert.Equal(0, RestartCount(supervisor));
    }

    /// <summary>Handled by Recorder: an open gate that stops it.</summary>
    private static Gate PoisonPillForChild
    {
        get
        {
            var gate = new Gate(thenStop: true);
            gate.Open();
            return gate;
        }
    }

    private BackoffOptions OnFailure() => Backoff.OnFailure(Recorder.Props(TestActor), "child", s_second, 4 * s_second, 0.0, -1);

    private IActorRef Start(BackoffOptions options)
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options));
        ExpectMsg("it starts");
        return supervisor;
    }

    private void Fail(IActorRef supervisor)
    {
        EventFilter.Exception<Asked>().ExpectOne(() => supervisor.Tell(new Asked()));
        ExpectMsg("it stops");
        AwaitGone(supervisor);
    }

    private void AwaitGone(IActorRef supervisor) => AwaitCondition(
        () => supervisor.Ask<BackoffSupervisor.CurrentChild>(BackoffSupervisor.GetCurrentChild.Instance, TimeSpan.FromSeconds(3)).Result.Ref.IsNobody(),
        TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(10));

    private static int RestartCount(IActorRef supervisor) =>
        supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, TimeSpan.FromSeconds(3)).Result.Count;
}

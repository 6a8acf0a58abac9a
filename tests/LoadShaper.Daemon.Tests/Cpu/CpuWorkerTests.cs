using Akka.Actor;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

[Collection(RealThreads.Name)]
public class CpuWorkerTests : TestKit
{
    private static readonly int Cpu = LinuxThread.UsableCpus(0)[^1];
    private static readonly CpuWorker.SetDuty Full = new(DutyCycle.Of(1), TimeSpan.FromMinutes(10));

    private readonly List<DutyCycleThread> _threads = [];
    private Action? _betweenChunks;

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Parent(TestActor, Props.Create(() => new CpuWorker(Cpu, Create)))));

    private DutyCycleThread Create(int cpu)
    {
        var thread = new DutyCycleThread(cpu, _betweenChunks);
        lock (_threads)
            _threads.Add(thread);
        return thread;
    }

    private DutyCycleThread Thread(int index)
    {
        DutyCycleThread? thread = null;
        Until.True(() =>
        {
            lock (_threads)
                thread = _threads.ElementAtOrDefault(index);
            return thread is { ThreadId: > 0 };
        });
        return thread!;
    }

    [Fact]
    public void Given_a_duty_it_burns_and_answers_what_its_thread_did()
    {
        var worker = Start();
        var thread = Thread(0);
        worker.Tell(Full, TestActor);
        Assert.Equal((Cpu, thread.ThreadId, Full.Duty), ExpectMsg<CoreBurn>() is var burn ? (burn.Cpu, burn.ThreadId, burn.Duty) : default);
        Until.True(() => thread.Ran > TimeSpan.FromMilliseconds(20));

        worker.Tell(Full, TestActor);

        Assert.True(ExpectMsg<CoreBurn>().Ran > TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void Stopped_it_ends_its_thread()
    {
        var worker = Start();
        var thread = Thread(0);
        worker.Tell(Full, TestActor);

        Sys.Stop(worker);

        Until.True(() => thread.Ran is null);
    }

    [Fact]
    public void A_thread_that_dies_is_replaced_by_one_at_zero_duty()
    {
        _betweenChunks = () => throw new InvalidOperationException("broken");
        var worker = Start();
        var first = Thread(0);
        worker.Tell(Full, TestActor);
        ExpectMsg<CoreBurn>();
        Until.True(() => first.Failure is not null);
        _betweenChunks = null;

        worker.Tell(Full, TestActor);

        Assert.IsType<BurningFailedException>(ExpectMsg<Exception>());
        var second = Thread(1);
        Assert.Null(first.Ran);
        Assert.True(second.Order.Duty.IsIdle);
    }

    [Fact]
    public void The_actor_failing_stops_its_thread_and_begins_again_at_zero_duty()
    {
        var worker = Start();
        var first = Thread(0);
        worker.Tell(Full, TestActor);
        ExpectMsg<CoreBurn>();

        worker.Tell(new Parent.Fail());

        ExpectMsg<Exception>();
        Until.True(() => first.Ran is null);
        Assert.True(Thread(1).Order.Duty.IsIdle);
    }

    [Fact]
    public void A_stuck_thread_that_burns_on_is_noticed_and_is_beyond_a_restart()
    {
        var stuck = true;
        _betweenChunks = () =>
        {
            while (Volatile.Read(ref stuck))
                System.Threading.Thread.SpinWait(100_000);
        };
        try
        {
            var worker = Start();
            Thread(0);
            worker.Tell(Full, TestActor);
            ExpectMsg<CoreBurn>();
            Exception? noticed = null;
            Until.True(() =>
            {
                worker.Tell(CpuWorker.SetDuty.Idle, TestActor);
                noticed = FishForMessage(message => message is CoreBurn or Exception) as Exception;
                return noticed is not null;
            });

            Assert.IsType<BurningUnstoppableException>(noticed);
            Assert.Contains($"CPU {Cpu} does not stop", noticed.Message);
        }
        finally
        {
            Volatile.Write(ref stuck, false);
        }
    }

    /// <summary>Restarts its worker, tells the test why, and passes everything else on.</summary>
    private sealed class Parent : ReceiveActor
    {
        public sealed record Fail;

        private readonly IActorRef _test;

        public Parent(IActorRef test, Props worker)
        {
            _test = test;
            var child = Context.ActorOf(worker);
            // A deadline beyond all time makes the worker itself fail.
            Receive<Fail>(_ => child.Tell(new CpuWorker.SetDuty(DutyCycle.Idle, TimeSpan.MaxValue)));
            ReceiveAny(message => child.Forward(message));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
        {
            _test.Tell(cause);
            return Directive.Restart;
        });
    }
}

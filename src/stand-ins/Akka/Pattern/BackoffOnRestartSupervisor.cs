#nullable disable
using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>Starts its child again when it failed and would be restarted; a child that stops by itself ends the supervisor too.</summary>
internal sealed class BackoffOnRestartSupervisor : BackoffSupervisorBase
{
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;
    private readonly OneForOneStrategy _strategy;

    public BackoffOnRestartSupervisor(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        IBackoffReset reset,
        double randomFactor,
        OneForOneStrategy strategy,
        object replyWhileStopped,
        Func<object, bool> finalStopMessage)
        : base(childProps, childName, reset, replyWhileStopped, finalStopMessage)
    {
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
        _strategy = strategy;
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_strategy.MaxNumberOfRetries, _strategy.WithinTimeRangeMilliseconds, Decide);

    protected override bool Receive(object message)
    {
        if (message is not Terminated terminated || !terminated.ActorRef.Equals(Child)) return HandleBackoff(message);
        Log.Debug("Terminating, because child {0} terminated itself", Child);
        Context.Stop(Self);
        return true;
    }

    // A restart becomes a stop, a wait and a start.
    private Directive Decide(Exception cause)
    {
        var directive = _strategy.Decider.Decide(cause);
        if (directive != Directive.Restart) return directive;

        if (_strategy.WithinTimeRangeMilliseconds > 0 && RestartCountN == 0)
            Context.System.Scheduler.ScheduleTellOnce(_strategy.WithinTimeRangeMilliseconds, Self, new BackoffSupervisor.ResetRestartCount(RestartCountN), Self);

        if (_strategy.MaxNumberOfRetries >= 0 && RestartCountN + 1 > _strategy.MaxNumberOfRetries)
        {
            Log.Debug("Terminating on restart #{0} which exceeds max allowed restarts ({1})", RestartCountN + 1, _strategy.MaxNumberOfRetries);
            Become(Receive);
            Context.Stop(Self);
        }
        else
        {
            var failed = Sender;
            Become(message => AwaitEnd(message, failed) || HandleBackoff(message));
        }

        return Directive.Stop;
    }

    private bool AwaitEnd(object message, IActorRef failed)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(failed):
                Become(Receive);
                Child = null;
                Context.System.Scheduler.ScheduleTellOnce(CalculateDelay(RestartCountN, _minBackoff, _maxBackoff, _randomFactor), Self, BackoffSupervisor.StartChild.Instance, Self);
                RestartCountN++;
                return true;
            case BackoffSupervisor.StartChild:
                // A new one comes when the child has ended.
                return true;
            default:
                return false;
        }
    }
}

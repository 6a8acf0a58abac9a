#nullable disable
namespace Akka.Actor;

public sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable _pendingReceiveTimeout;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    /// <summary>Takes effect when the message at hand is done.</summary>
    public void SetReceiveTimeout(TimeSpan? timeout) => _receiveTimeout = timeout;

    internal void CheckReceiveTimeout(bool reschedule = true)
    {
        if (_receiveTimeout is not { } timeout)
        {
            CancelReceiveTimeout();
        }
        else if (reschedule || _pendingReceiveTimeout is null)
        {
            _pendingReceiveTimeout?.Cancel();
            _pendingReceiveTimeout = System.Scheduler.ScheduleTellOnceCancelable(timeout, _self, Akka.Actor.ReceiveTimeout.Instance, _self);
        }
    }

    private void RenewReceiveTimeout(object handled)
    {
        try
        {
            CheckReceiveTimeout(handled is not INotInfluenceReceiveTimeout);
        }
        catch (Exception cause)
        {
            // A timeout that the scheduler refuses is the actor's failure.
            HandleInvokeFailure(cause);
        }
    }

    private void CancelReceiveTimeout()
    {
        _pendingReceiveTimeout?.Cancel();
        _pendingReceiveTimeout = null;
    }
}

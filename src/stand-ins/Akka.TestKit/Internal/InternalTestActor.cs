using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Puts what it is sent into the queue of its test.</summary>
internal sealed class InternalTestActor(ReceiveQueue queue) : UntypedActor
{
    private TestActor.Ignore? _ignore;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TestActor.SetIgnore setIgnore:
                _ignore = setIgnore.Ignore;
                return;
            case TestActor.Watch watch:
                Context.Watch(watch.Actor);
                Sender.Tell(TestActor.Done.Instance);
                return;
            case TestActor.Unwatch unwatch:
                Context.Unwatch(unwatch.Actor);
                Sender.Tell(TestActor.Done.Instance);
                return;
        }

        if (_ignore is null || !_ignore(message))
            queue.Write(new RealMessageEnvelope(message, Sender));
    }
}

using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message that the test actor got, and who sent it.</summary>
public abstract class MessageEnvelope
{
    public abstract object? Message { get; }

    public abstract IActorRef Sender { get; }
}

/// <summary>A message that did arrive.</summary>
public class RealMessageEnvelope(object message, IActorRef sender) : MessageEnvelope
{
    public override object Message { get; } = message;

    public override IActorRef Sender { get; } = sender;

    public override string ToString() => $"<{Message}> from {(Sender.Equals(ActorRefs.NoSender) ? "NoSender" : Sender.ToString())}";
}

/// <summary>No message yet, or none in time. It has no sender: asking for one is a fault of the test.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object? Message => null;

    public override IActorRef Sender => throw new InvalidOperationException("last receive did not return a message");

    public override string ToString() => "<null>";
}

using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What the test actor can be told beside the messages that it keeps.</summary>
public static class TestActor
{
    /// <summary>Whether the test actor drops a message.</summary>
    public delegate bool Ignore(object message);

    /// <summary>From now on drop what matches; null: keep everything.</summary>
    public class SetIgnore(Ignore? ignore) : INoSerializationVerificationNeeded
    {
        public Ignore? Ignore { get; } = ignore;
    }

    /// <summary>Watch an actor, then answer.</summary>
    public class Watch(IActorRef actorToWatch) : INoSerializationVerificationNeeded
    {
        public IActorRef Actor { get; } = actorToWatch;
    }

    /// <summary>Watch an actor no longer, then answer.</summary>
    public class Unwatch(IActorRef actorToUnwatch) : INoSerializationVerificationNeeded
    {
        public IActorRef Actor { get; } = actorToUnwatch;
    }

    internal sealed class Done : INoSerializationVerificationNeeded
    {
        public static readonly Done Instance = new();
    }
}

using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>From now on these filters take what they match out of the log.</summary>
public sealed class Mute(IReadOnlyCollection<EventFilterBase> filters) : INoSerializationVerificationNeeded
{
    public IReadOnlyCollection<EventFilterBase> Filters { get; } = filters;
}

/// <summary>These filters no longer take anything.</summary>
public sealed class Unmute(IReadOnlyCollection<EventFilterBase> filters) : INoSerializationVerificationNeeded
{
    public IReadOnlyCollection<EventFilterBase> Filters { get; } = filters;
}

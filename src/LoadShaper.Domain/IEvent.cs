namespace LoadShaper.Domain;

/// <summary>Something that was decided or happened, with all the inputs that led to it. It is journaled and never changes.</summary>
public interface IEvent
{
    /// <summary>When, UTC. What folds the event never asks another clock.</summary>
    DateTimeOffset At { get; }
}

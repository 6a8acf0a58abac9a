using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Replay.Explain;

/// <summary>Events that one turn of the controller recorded about CPU load, or one other event, and what was known before.</summary>
/// <param name="Events">At least one; several where all are of one decision about CPU load.</param>
/// <param name="Before">The state before it.</param>
/// <param name="Closed">What kept the gate closed; null when it was open.</param>
public sealed record Decision(IReadOnlyList<IEvent> Events, ControllerSnapshot Before, GateClosed? Closed)
{
    public DateTimeOffset At => Events[0].At;

    public bool IsAboutCpu => Events[0] is P95Event;

    public SlotDecided? Slot => Events.OfType<SlotDecided>().FirstOrDefault();
}

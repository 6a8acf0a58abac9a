using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Control;

/// <summary>What the controller has recorded and decided since the daemon started.</summary>
/// <param name="Events">Events that were written to the journal.</param>
/// <param name="WriteFailures">Times the journal could not be written.</param>
/// <param name="ReadFailures">Times the journal could not be read at a start of the controller.</param>
/// <param name="Starts">Starts of the controller.</param>
/// <param name="Slots">Slot decisions by kind; a slot that is decided again counts again.</param>
/// <param name="Blocks">Blocks that began.</param>
public sealed record ControllerCounts(long Events, long WriteFailures, long ReadFailures, long Starts, Totals Slots, long Blocks)
{
    public static readonly ControllerCounts Zero = new(0, 0, 0, 0, Totals.Zero, 0);

    /// <param name="recorded">Whether they were written to the journal; false while decisions are made in memory.</param>
    public ControllerCounts Apply(IReadOnlyList<IEvent> happened, bool recorded)
    {
        var slots = Slots;
        foreach (var decided in happened.OfType<SlotDecided>())
            slots = slots.Add(SnakeCase.Of(decided.Kind));
        return this with
        {
            Events = Events + (recorded ? happened.Count : 0),
            Slots = slots,
            Blocks = Blocks + happened.OfType<BlockStarted>().Count(),
        };
    }

    public ControllerCounts Failed(bool inRecovery) =>
        inRecovery ? this with { ReadFailures = ReadFailures + 1 } : this with { WriteFailures = WriteFailures + 1 };

    public ControllerCounts Started() => this with { Starts = Starts + 1 };
}

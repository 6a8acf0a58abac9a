namespace LoadShaper.Domain.Health;

/// <summary>The process around the actors.</summary>
/// <param name="DroppedLogLines">Log lines that standard output did not take, since the start.</param>
/// <param name="OtherKeeper">Another LoadShaper on this machine, with the advice; null for none.</param>
public sealed record HostStatus(long DroppedLogLines = 0, string? OtherKeeper = null)
{
    public static readonly HostStatus Alone = new();
}

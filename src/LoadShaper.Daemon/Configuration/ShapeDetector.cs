using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Tells the shape of this machine, and remembers it for five minutes.</summary>
internal sealed class ShapeDetector(MachineFactsReader machine, MetadataClient metadata)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private (Shape Shape, bool Probed, DateTimeOffset At)? _last;

    /// <param name="probe">ORACLE_METADATA_PROBE: whether the metadata service may be asked.</param>
    /// <param name="now">Decides whether the last answer still holds; a clock set back ends it.</param>
    /// <param name="cancel">Ends the wait for the metadata service.</param>
    public async Task<Shape> DetectAsync(bool probe, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (_last is { } last && last.Probed == probe && now >= last.At && now - last.At < KeptFor)
            return last.Shape;
        var facts = machine.Read();
        var answer = probe ? await metadata.ReadAsync(cancel) : new MetadataAnswer(null);
        var shape = ShapePolicy.Decide(facts, answer.Metadata);
        if (answer.Problem is { } problem)
            shape = shape with { Warnings = [.. shape.Warnings, $"ORACLE_METADATA_PROBE is on, but {problem}; the shape is told from the machine alone."] };
        _last = (shape, probe, now);
        return shape;
    }
}

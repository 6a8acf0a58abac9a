using LoadShaper.Domain.Platform;

namespace LoadShaper.Daemon.Configuration;

/// <summary>Detects the shape of this machine, and caches it for five minutes.</summary>
internal sealed class ShapeDetector(MachineFactsReader machine, MetadataClient metadata)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private (Shape Shape, bool Probed, string? Stated, DateTimeOffset At)? _last;

    /// <param name="probe">ORACLE_METADATA_PROBE: whether the metadata service may be asked.</param>
    /// <param name="stated">LOADSHAPER_SHAPE; then nothing is asked.</param>
    /// <param name="now">Decides whether the cached answer is still valid; a clock set back ends it.</param>
    /// <param name="cancel">Ends the wait for the metadata service.</param>
    public async Task<Shape> DetectAsync(bool probe, DateTimeOffset now, CancellationToken cancel = default, string? stated = null)
    {
        if (_last is { } last && last.Probed == probe && last.Stated == stated && now >= last.At && now - last.At < KeptFor)
            return last.Shape;
        var facts = machine.Read();
        if (stated is not null && NamedShape.Find(stated) is { } named)
        {
            var known = ShapePolicy.Stated(facts, named);
            _last = (known, probe, stated, now);
            return known;
        }
        var answer = probe ? await metadata.ReadAsync(cancel) : new MetadataAnswer(null);
        var shape = ShapePolicy.Decide(facts, answer.Metadata);
        if (answer.Problem is { } problem)
            shape = shape with { Warnings = [.. shape.Warnings, $"ORACLE_METADATA_PROBE is on, but {problem}; the shape is detected from the machine alone."] };
        _last = (shape, probe, stated, now);
        return shape;
    }
}

namespace LoadShaper.Cli.Explain;

/// <summary>One word that LoadShaper prints, and its meaning.</summary>
/// <param name="Name">The word as it is printed: a term, a field of the telemetry line, or a JSON path in /health or /metrics.</param>
/// <param name="Place">Where it is printed.</param>
/// <param name="Unit">Unit and range; empty for a term.</param>
/// <param name="Meaning">One to three sentences.</param>
internal sealed record GlossaryTerm(string Name, GlossaryPlace Place, string Unit, string Meaning);

internal enum GlossaryPlace
{
    Term,
    Telemetry,
    Health,
    Metrics,

    /// <summary>An object that is the same in /health and in /metrics.</summary>
    HealthAndMetrics,
}

using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Oracle;

/// <summary>Compares Oracle's verdict with LoadShaper's. It reports; it never changes the load.</summary>
public static class OraclePolicy
{
    /// <summary>Readings of Oracle that end earlier than this are not compared.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromHours(3);

    public static OracleInput InputOf(DateTimeOffset at, Verdict ours, OracleView oracle) => new(
        at, ours.Kind, Rounded(ours.Cpu), oracle.Verdict, oracle.Cpu.Lowest, oracle.Newest);

    /// <summary>Whether the verdicts differ; null when one of them is not known, or Oracle's is old.</summary>
    public static bool? Differ(OracleInput input) =>
        input.Ours == VerdictKind.Unknown || input.Oracles == VerdictKind.Unknown
        || input.Newest is not { } newest || input.At - newest > FreshFor
            ? null
            : input.Ours != input.Oracles;

    /// <summary>Oracle's readings call the VM idle while LoadShaper's call it safe.</summary>
    public static bool IsAlarming(OracleInput input) =>
        Differ(input) == true && input is { Ours: VerdictKind.Safe, Oracles: VerdictKind.AtRisk };

    /// <param name="differed">What was recorded last; null when nothing was.</param>
    /// <returns>The event to record; null when nothing changed.</returns>
    public static OracleEvent? Decide(bool? differed, OracleInput input) => (Differ(input), differed) switch
    {
        (true, not true) => new OracleVerdictDiffered(input),
        (false, true) => new OracleVerdictAgreed(input),
        _ => null,
    };

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 2) : null;
}

using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Companions;

/// <summary>Observes something beside a session, such as the target's memory, and adds what it saw to the report.</summary>
public interface ISessionCompanion
{
    /// <summary>Called directly before the first request; must not block.</summary>
    void Start();

    /// <summary>Called once after the last request.</summary>
    /// <param name="phases">With their start and length since the start of the session.</param>
    /// <returns>Null: there is nothing to report.</returns>
    Task<CompanionResult?> FinishAsync(RunResult result, IReadOnlyList<PhaseFigures> phases);
}

/// <param name="AddTo">Adds the machine-readable form to summary.json.</param>
/// <param name="Failure">Why the run counts as failed (exit code 99); null: it does not.</param>
public sealed record CompanionResult(ReportSection Section, Func<Summary, Summary> AddTo, string? Failure = null);

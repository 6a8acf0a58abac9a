namespace LoadShaper.LoadTest.Scenarios;

/// <summary>One thing wrong in a scenario: where, the offending value, what was expected.</summary>
/// <param name="Source">The file, or "command line", or the name of an environment variable.</param>
/// <param name="Line">From 1; 0 where there are no lines.</param>
/// <param name="Column">From 1; 0 where there are no columns.</param>
public sealed record ScenarioProblem(string Source, long Line, long Column, string Message)
{
    public override string ToString() => Line > 0 ? $"{Source}:{Line}:{Column}: {Message}" : $"{Source}: {Message}";
}

/// <summary>All problems of a scenario; nothing is sent while there is one.</summary>
public sealed class ScenarioException(IReadOnlyList<ScenarioProblem> problems)
    : Exception(string.Join("\n", problems))
{
    public IReadOnlyList<ScenarioProblem> Problems { get; } = problems;
}

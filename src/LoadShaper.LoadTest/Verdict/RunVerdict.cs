namespace LoadShaper.LoadTest.Verdict;

/// <summary>Whether a run measured the target (valid) or its own generator (invalid, exit code 4).</summary>
/// <param name="Reasons">Why it is invalid, for the operator; empty when valid.</param>
public sealed record RunVerdict(bool Valid, IReadOnlyList<VerdictReason> Reasons);

/// <param name="Code">Stable identifier: <c>sent</c>, <c>cpu</c>, <c>run_queue</c>, <c>lag</c>, <c>memory</c>, <c>engine</c>.</param>
public sealed record VerdictReason(string Code, string Text);

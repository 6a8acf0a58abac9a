namespace LoadShaper.LoadTest.Reports;

/// <summary>A part of the report that a companion of the run adds: a table with notes.</summary>
/// <param name="Notes">Sentences before the table.</param>
public sealed record ReportSection(string Title, IReadOnlyList<string> Notes, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<string>> Rows);

using System.Text.Json;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Tests.Reports;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Comparison;

public sealed class RunStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void RunsAreKeptByTheirUtcTime()
    {
        var run = Write("run", SummaryBuilder.Of(SampleReport.Create()) with { StartedAt = new DateTimeOffset(2026, 3, 1, 14, 0, 5, TimeSpan.FromHours(2)) });
        File.WriteAllText(Path.Combine(run, "report.html"), "x");
        var store = Path.Combine(_directory, "store");

        var first = RunStore.Add(run, store, RunStore.AllFiles);
        var second = RunStore.Add(run, store, RunStore.BaselineFiles);

        Assert.Equal(("2026-03-01_12-00-05", "2026-03-01_12-00-05-2"), (Path.GetFileName(first), Path.GetFileName(second)));
        Assert.True(File.Exists(Path.Combine(first, "report.html")));
        Assert.False(File.Exists(Path.Combine(second, "report.html")));
        Assert.Equal(2, RunSamples.Read(store).Runs.Count);
    }

    [Fact]
    public void RetentionDeletesOldRunsAndNothingElse()
    {
        var now = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);
        string[] names = ["2026-03-09_10-00-00", "2026-03-09_10-00-00-2", "2026-03-01_00-00-00", "2026-02-01_00-00-00", "notes", "2026-13-01_00-00-00"];

        Assert.Equal(["2026-03-01_00-00-00", "2026-02-01_00-00-00"], RunStore.Expired(names, now, keep: 2, maxAge: null));
        Assert.Equal(["2026-02-01_00-00-00"], RunStore.Expired(names, now, keep: null, maxAge: TimeSpan.FromDays(30)));
        Assert.Empty(RunStore.Expired(names, now, keep: null, maxAge: null));
    }

    [Fact]
    public void PruningSparesDirectoriesWithoutASummary()
    {
        Write("2026-03-01_00-00-00", new Summary { End = "finished" });
        Write("2026-03-02_00-00-00", new Summary { End = "finished" });
        Directory.CreateDirectory(Path.Combine(_directory, "2020-01-01_00-00-00"));

        var deleted = RunStore.Prune(_directory, DateTimeOffset.UnixEpoch, keep: 1, maxAge: null);

        Assert.Equal(["2026-03-01_00-00-00"], deleted.Select(d => Path.GetFileName(d)));
        Assert.True(Directory.Exists(Path.Combine(_directory, "2020-01-01_00-00-00")));
    }

    [Fact]
    public void WhatCannotBeComparedIsNamed()
    {
        Write("running", new Summary { End = "running" });
        Write("newer", new Summary { SchemaVersion = 2, End = "finished" });
        Directory.CreateDirectory(Path.Combine(_directory, "broken"));
        File.WriteAllText(Path.Combine(_directory, "broken", "summary.json"), "{");

        Assert.Contains("the run did not end", Problem("running"));
        Assert.Contains("schema_version is 2; expected 1", Problem("newer"));
        Assert.Contains("not a summary", Problem("broken"));
        Assert.EndsWith("has no run; expected a directory with summary.json, or with one such directory for each run", Problem("missing"));
    }

    [Fact]
    public void TheSummaryIsReadBackAsWritten()
    {
        var summary = SummaryBuilder.Of(SampleReport.Create());
        var json = JsonSerializer.Serialize(summary, ReportJson.Default.Summary);

        Assert.Equal(json, JsonSerializer.Serialize(ReportJson.ReadSummary(json), ReportJson.Default.Summary));
        using var document = JsonDocument.Parse(json);
        Assert.Equal(1, document.RootElement.GetProperty("schema_version").GetInt32());
        Assert.Equal(30_000.0 / 30_240, document.RootElement.GetProperty("success_rate").GetDouble(), 9);
        Assert.Equal(summary.P95Latency, document.RootElement.GetProperty("p95_latency").GetDouble());
        Assert.Equal(10, document.RootElement.GetProperty("parts").GetArrayLength());
    }

    [Fact]
    public void DifferencesBetweenTheSidesAreNamed()
    {
        var one = new ComparisonSide([], [new Summary { Name = "a", Target = "t", PlannedDurationS = 10 }], [SampleReport.Machine]);
        var other = new ComparisonSide([], [new Summary { Name = "a", Target = "t", PlannedDurationS = 20 }], [SampleReport.Machine with { Cpus = 4 }]);

        Assert.Equal(
            ["The planned duration differs: 10 s in the base, 20 s in the new runs.", "The machine differs: 2 × Example CPU 3.0 GHz in the base, 4 × Example CPU 3.0 GHz in the new runs."],
            RunSamples.Differences(one, other));
    }

    private string Problem(string name) => Assert.Throws<FormatException>(() => RunSamples.Read(Path.Combine(_directory, name))).Message;

    private string Write(string name, Summary summary)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
        File.WriteAllText(Path.Combine(directory, "summary.json"), JsonSerializer.Serialize(summary, ReportJson.Default.Summary));
        return directory;
    }

    [Theory]
    [InlineData(true, "finished", false)]
    [InlineData(false, "finished", true)]
    [InlineData(true, "workers_lost", true)]
    public void A_run_that_lost_workers_is_no_baseline(bool valid, string end, bool invalid)
    {
        var summary = new Summary { Valid = valid, End = end };
        Assert.Equal(invalid, new ComparisonSide([RunSamples.Of("a", summary)], [summary], []).InvalidRuns.Any());
    }
}

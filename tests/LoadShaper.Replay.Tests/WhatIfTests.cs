using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using LoadShaper.Replay.Machine;

namespace LoadShaper.Replay.Tests;

public sealed class WhatIfTests(Month month) : IClassFixture<Month>
{
    private static readonly TimeRange Slots = new(null, Story.Start.AddDays(24));

    [Fact]
    public void The_recorded_machine_runs_again_under_the_other_strategy() =>
        Golden.Equal("what-if.txt", Ask(month.File, Slots, ("CPU_P95_STRATEGY", "blocks")).Replace(month.File.Directory, "DIR", StringComparison.Ordinal));

    [Fact]
    public void Stored_minutes_beside_the_journal_are_preferred()
    {
        using var file = new JournalFile(month.File);
        Store(file, month.Story.Stored);

        var text = Ask(file, TimeRange.All, ("CPU_P95_SETPOINT", "23"));

        Assert.Contains("minutes stored in", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CPU_P95_SETPOIN", "24", "did you mean CPU_P95_SETPOINT?")]
    [InlineData("CPU_P95_SETPOINT", "90", "these settings are refused: CPU_P95_SETPOINT 90")]
    public void What_cannot_be_asked_is_a_clear_error(string name, string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Ask(month.File, Slots, (name, text))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "only 0 minutes of CPU use")]
    [InlineData(1, "only 1 minute of CPU use")]
    [InlineData(59, "only 59 minutes of CPU use")]
    public void A_short_record_with_its_samples_does_not_ask_for_them(int minutes, string expected)
    {
        using var file = new JournalFile();
        file.Add(month.Story.Journal.Take(3));
        Store(file, month.Story.Stored.Take(minutes));

        var message = Assert.Throws<FormatException>(() => Ask(file, TimeRange.All, ("CPU_P95_STRATEGY", "blocks"))).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("metrics.db was read; it has no more", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Copy metrics.db", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_that_cannot_be_read_are_named()
    {
        using var file = new JournalFile();
        file.Add(month.Story.Journal.Take(3));
        File.WriteAllText(Path.Combine(file.Directory, "metrics.db"), "not a database, but long enough to be taken for one");

        Assert.Contains("metrics.db cannot be read: ", Assert.Throws<FormatException>(() => Ask(file, TimeRange.All, ("CPU_P95_STRATEGY", "blocks"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_without_stored_minutes_know_too_little() =>
        Assert.Contains("Copy metrics.db to ",
            Assert.Throws<FormatException>(() => Ask(month.File, new TimeRange(Story.Start.AddDays(26), null), ("CPU_P95_STRATEGY", "slots"))).Message, StringComparison.Ordinal);

    private static void Store(JournalFile file, IEnumerable<MinuteMean> minutes)
    {
        using var samples = SqliteFile.Open(Path.Combine(file.Directory, "metrics.db"));
        SqliteFile.Execute(samples, "CREATE TABLE minutes (minute INTEGER PRIMARY KEY, seen_sec REAL, cpu_busy REAL, cpu_busy_without_steal REAL, cpu_own REAL, memory REAL, network REAL, load REAL)");
        SqliteFile.Execute(samples, "BEGIN");
        foreach (var minute in minutes)
            SqliteFile.Execute(samples, FormattableString.Invariant($"INSERT OR REPLACE INTO minutes VALUES ({minute.Index}, 60, {minute.Busy}, {minute.Busy}, {minute.Own}, NULL, NULL, {minute.Load})"));
        SqliteFile.Execute(samples, "COMMIT");
    }

    private static string Ask(JournalFile file, TimeRange range, (string Name, string Text) change)
    {
        using var text = new StringWriter();
        using var recording = file.Open();
        WhatIf.Write(text, recording, range, new Dictionary<string, string> { [change.Name] = change.Text });
        return text.ToString();
    }
}

using System.IO.Compression;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Daemon.Tests.Supervision;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using LoadShaper.Replay;
using Xunit;

namespace LoadShaper.Daemon.Tests.Journal;

/// <summary>Journals of earlier builds (tests/Fixtures/journals) are opened, continued by the daemon, replayed and verified.</summary>
public sealed class EarlierJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-earlier-").FullName;

    public static TheoryData<string> Builds => [.. Directory.GetDirectories(Fixtures).Select(path => Path.GetFileName(path))];

    private static string Fixtures
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root.FullName, "LoadShaper.sln")))
                root = root.Parent!;
            return Path.Combine(root.FullName, "tests", "Fixtures", "journals");
        }
    }

    private string Database => Path.Combine(_directory, "journal.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Builds))]
    public async Task A_journal_of_an_earlier_build_is_continued_without_a_gap_and_verifies(string build)
    {
        Unpack(build, "journal.db");
        Unpack(build, "metrics.db");
        var before = Read();
        Verify();
        var minutes = Minutes();
        Assert.NotEmpty(minutes);
        var settings = new Dictionary<string, string>(SettingsTable.All.ToDictionary(setting => setting.Name, setting => setting.Default)) { ["CONTROL_PERIOD_SEC"] = "1" };

        await using (await RunningDaemon.StartAsync(
            RecordedSettings.Of(new DaemonStarted(DateTimeOffset.UtcNow, "", "", 2, settings)).Settings!, _directory, settings))
        {
            await Task.Run(() => Until.True(() => Read().Skip(before.Count).Any(entry => entry.Event is SlotDecided)));
        }

        var after = Read();
        Assert.Equal(Enumerable.Range(1, after.Count).Select(number => (long)number), after.Select(entry => entry.SequenceNr));
        Assert.Equal(before, after.Take(before.Count));
        Assert.IsType<GapSeen>(after[before.Count].Event);
        Assert.IsType<DaemonStopped>(after[^1].Event);
        Verify();
        Assert.Empty(Directory.GetFiles(_directory, "*.corrupt-*"));
        Assert.Equal(minutes, Minutes().Take(minutes.Count));
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void Blocks_are_asked_about_with_the_reserve_that_they_have_now(string build)
    {
        Unpack(build, "journal.db");
        var started = Read().Select(entry => entry.Event).OfType<DaemonStarted>().First();
        Assert.DoesNotContain("CPU_P95_RESERVE_HOURS", started.Settings.Keys);

        Assert.Equal(0, ReserveWith([]));
        Assert.Equal(0, ReserveWith(new() { ["CPU_P95_SETPOINT"] = "26" }));
        Assert.Equal(72, ReserveWith(new() { ["CPU_P95_STRATEGY"] = "blocks" }));
        Assert.Equal(24, ReserveWith(new() { ["CPU_P95_STRATEGY"] = "blocks", ["CPU_P95_RESERVE_HOURS"] = "24" }));

        int ReserveWith(Dictionary<string, string> changes) => RecordedSettings.Of(started, changes).Settings!.Cpu.ReserveHours;
    }

    private List<JournalEntry> Read()
    {
        using var reader = JournalReader.Open(Database);
        return [.. reader.Read()];
    }

    private void Verify()
    {
        using var recording = Recording.Open(Database);
        var output = new StringWriter();
        Assert.True(VerifyText.Write(output, recording.Entries()), output.ToString());
        Assert.Empty(recording.Problems);
        Assert.Matches("^[1-9][0-9]* decisions decided again, all as recorded\n$", output.ToString());
    }

    private List<long> Minutes()
    {
        using var database = new SampleDatabase(Path.Combine(_directory, "metrics.db"));
        return [.. database.ReadMinutes(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddYears(10)).Select(minute => minute.Start.ToUnixTimeSeconds())];
    }

    private void Unpack(string build, string name)
    {
        using var packed = new GZipStream(File.OpenRead(Path.Combine(Fixtures, build, name + ".gz")), CompressionMode.Decompress);
        using var file = File.Create(Path.Combine(_directory, name));
        packed.CopyTo(file);
    }
}

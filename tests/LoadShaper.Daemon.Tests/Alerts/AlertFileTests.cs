using LoadShaper.Daemon.Alerts;
using LoadShaper.Domain.Alerts;
using Xunit;

namespace LoadShaper.Daemon.Tests.Alerts;

public sealed class AlertFileTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly KeptAlerts Kept = new(
        [new AlertRecord(AlertKind.AtRisk, "", RaisedAt: Noon, SentAt: Noon.AddHours(1)), new AlertRecord(AlertKind.PeerSilent, "vm2", RaisedAt: Noon, SentAt: Noon)],
        [new WaitingNotifications("ntfy-1", "ntfy://ntfy.sh/***",
            [new Notification(Noon, "vm1", AlertKind.AtRisk, "", NotificationPhase.Raised, AlertSeverity.Critical, "title", "message"),
             new Notification(Noon, "vm1", AlertKind.ChannelFailing, "webhook-2", NotificationPhase.Recovered, AlertSeverity.Info, "title", "message", "webhook-2")])]);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-alerts-").FullName;

    private string FilePath => Path.Combine(_directory, AlertFile.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_was_written_is_read_and_no_other_file_is_left()
    {
        var file = new AlertFile(FilePath);
        file.Write(KeptAlerts.None);
        file.Write(Kept);

        var (kept, problem) = file.Read();
        Assert.Null(problem);
        Assert.Equal(Kept.Raised, kept.Raised);
        Assert.Equal(Kept.Waiting[0].Notifications, Assert.Single(kept.Waiting).Notifications);
        Assert.Equal(("ntfy-1", "ntfy://ntfy.sh/***"), (kept.Waiting[0].Channel, kept.Waiting[0].Address));
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void Without_a_file_nothing_is_kept() => Assert.Null(new AlertFile(FilePath).Read().Problem);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1,"raised":[{"alert":"no_such_alert"}]}""")]
    public void A_damaged_file_is_a_problem_and_no_exception(string content)
    {
        File.WriteAllText(FilePath, content);

        var (kept, problem) = new AlertFile(FilePath).Read();
        Assert.EndsWith("; it is kept as alerts.json.bad", problem, StringComparison.Ordinal);
        Assert.Equal(KeptAlerts.None, kept);
        new AlertFile(FilePath).Write(Kept);
        Assert.Equal(content, File.ReadAllText(FilePath + ".bad"));
    }

    [Fact]
    public void A_file_with_missing_parts_gives_what_is_whole()
    {
        File.WriteAllText(FilePath, """{"version":1,"waiting":[{"channel":"ntfy-1","address":"a","notifications":[null,{"vm":"vm1","title":"t","message":"m"}]},{"channel":"x"}]}""");

        Assert.Equal("m", Assert.Single(Assert.Single(new AlertFile(FilePath).Read().Kept.Waiting).Notifications).Message);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_exception_of_IO()
    {
        // In its place a directory, which also root cannot write to.
        Directory.CreateDirectory(FilePath);

        Assert.Throws<IOException>(() => new AlertFile(FilePath).Write(Kept));
        Assert.Null(new AlertFile(FilePath).Read().Problem);
    }
}

using System.Net;
using System.Net.Sockets;
using LoadShaper.Cli.Doctor;
using LoadShaper.Cli.Run;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Tests.Configuration;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LoadShaper.Cli.Tests.Run;

/// <summary>Each refusal of `run`, caused for real, and the line of `doctor` that predicts it.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly FileTree _data = new();
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);
    private IDisposable? _held;

    public void Dispose()
    {
        _held?.Dispose();
        _other.Dispose();
        _data.Dispose();
    }

    public static TheoryData<string> Caused() => [.. Refusals.All.Select(refusal => refusal.Id).Except(["not-a-volume", "no-wal", "disk-full"])];

    [Theory]
    [MemberData(nameof(Caused))]
    public async Task What_run_refuses_doctor_does_not_pass(string id)
    {
        var refusal = Refusals.All.Single(r => r.Id == id);
        var environment = Cause(id);
        using var error = new StringWriter();

        // Before `run`, which may leave files.
        var found = await ExamineAsync(environment);
        var code = await RunCommand.RunAsync(environment, error, new CancellationToken(canceled: true));

        Assert.Equal(ExitCode.Config, code);
        Assert.Contains(refusal.RunSays, error.ToString());
        Assert.Contains("LoadShaper does not start", error.ToString());
        Assert.Contains(found, result => result.Name == refusal.Check && result.Status == refusal.Status);
    }

    [Fact]
    public void A_file_system_without_WAL_and_a_full_disk_are_refused_with_their_causes()
    {
        var (noWal, full) = (Refusals.All.Single(r => r.Id == "no-wal"), Refusals.All.Single(r => r.Id == "disk-full"));
        var withoutMap = new SqliteException("disk I/O error", 10, 10 | (21 << 8));

        Assert.Contains(noWal.RunSays, RunCommand.JournalRefusal("/data/journal.db", withoutMap));
        Assert.Equal((noWal.Check, noWal.Status), (StorageChecks.Wal("/data", _ => withoutMap).Name, StorageChecks.Wal("/data", _ => withoutMap).Status));
        Assert.Contains(full.RunSays, RunCommand.JournalRefusal("/data/journal.db", new SqliteException("database or disk is full", 13, 13)));
        Assert.Equal((full.Check, full.Status), (StorageChecks.Space(0, 1 << 30).Name, StorageChecks.Space(0, 1 << 30).Status));
    }

    [Fact]
    public void The_image_without_a_volume_is_refused_and_doctor_fails()
    {
        var refusal = Refusals.All.Single(r => r.Id == "not-a-volume");
        using var root = new FileTree(($"app/{DataVolume.ImageMarker}", ""), ("proc/self/mountinfo", "36 35 98:0 / / rw - overlay overlay rw\n"));

        Assert.Contains(refusal.RunSays, DataVolume.Refusal(root.Root, "/var/lib/loadshaper", root["app"]));
        var result = StorageChecks.Kept(root.Root, Machines.Env(), "/var/lib/loadshaper");
        Assert.Equal((refusal.Check, refusal.Status), (result.Name, result.Status));
    }

    [Fact]
    public async Task Without_a_cause_it_starts_and_doctor_does_not_fail_on_the_directory()
    {
        var environment = Env();
        using var error = new StringWriter();
        var checks = Refusals.All.Select(refusal => refusal.Check).Except(["free space", "data volume"]).ToHashSet();

        Assert.All((await ExamineAsync(environment)).Where(result => checks.Contains(result.Name)), result => Assert.Equal(CheckStatus.Pass, result.Status));
        Assert.Equal(ExitCode.Ok, await RunCommand.RunAsync(environment, error, new CancellationToken(canceled: true)));
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void The_page_is_the_one_that_is_generated_from_the_list() =>
        Assert.Equal(Refusals.Markdown(), File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "refusals.md")));

    [Fact]
    public void The_page_of_the_settings_is_the_one_that_is_generated_from_the_table() =>
        Assert.Equal(SettingsDocument.Markdown(), File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "configuration.md")));

    [Fact]
    public void The_page_of_the_settings_has_every_setting() =>
        Assert.All(SettingsTable.All, setting => Assert.Contains($"| `{setting.Name}` |", SettingsDocument.Markdown(), StringComparison.Ordinal));

    private Dictionary<string, string> Env(params string[] more) =>
        Machines.Env([$"PERSISTENCE_DIR={_data.Root}", $"HEALTH_PORT={FreePort()}", "LOG_LEVEL=error", .. more]);

    private Dictionary<string, string> Cause(string id)
    {
        switch (id)
        {
            case "setting":
                return Env("NET_MODE=sometimes");
            case "directory-missing":
                return With(Env(), "PERSISTENCE_DIR", _data["missing"]);
            case "directory-file":
                _data.Write("file", "");
                return With(Env(), "PERSISTENCE_DIR", _data["file"]);
            case "directory-not-writable":
                // Not even root may create a file there.
                return With(Env(), "PERSISTENCE_DIR", "/proc");
            case "instance":
                _held = InstanceLock.TryAcquire(_data.Root);
                return Env();
            case "lock":
                Directory.CreateDirectory(_data[InstanceLock.FileName]);
                return Env();
            case "port-in-use":
                _other.Start();
                return With(Env(), "HEALTH_PORT", $"{((IPEndPoint)_other.LocalEndpoint).Port}");
            case "host-not-local":
                return Env("HEALTH_HOST=192.0.2.1");
            case "journal-directory":
                Directory.CreateDirectory(_data["journal.db"]);
                return Env();
            case "journal-cannot-open":
                File.CreateSymbolicLink(_data["journal.db"], "/proc/none/journal.db");
                return Env();
            case "journal-companion":
                Assert.Null(SqliteFile.Prepare(_data["journal.db"]));
                Directory.CreateDirectory(_data["journal.db-shm"]);
                return Env();
            default:
                throw new NotSupportedException($"{id} has no cause in this test");
        }
    }

    private static Dictionary<string, string> With(Dictionary<string, string> environment, string name, string value) => new(environment) { [name] = value };

    private static int FreePort()
    {
        using var any = new TcpListener(IPAddress.Loopback, 0);
        any.Start();
        return ((IPEndPoint)any.LocalEndpoint).Port;
    }

    private static async Task<IReadOnlyList<CheckResult>> ExamineAsync(Dictionary<string, string> environment)
    {
        var now = DateTimeOffset.UtcNow;
        return await new Examination("/", environment, now).RunAsync(await ConfigurationLoader.LoadAsync(environment, now));
    }
}

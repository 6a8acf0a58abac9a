using System.CommandLine;
using LoadShaper.Domain;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Safety;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LoadShaper.Cli.Tests;

public sealed class ReplayCommandTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadshaper-replay-");

    private string Database => Path.Combine(_directory.FullName, "journal.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_timeline_of_a_data_directory_is_printed()
    {
        Write([Started(), .. Slots(Noon, 90), new DaemonStopped(Noon.AddMinutes(90), "stop was asked for")]);

        var (code, output, error) = Run("--data-dir", _directory.FullName, "--every", "1h");

        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.Equal(
            """
            2026-11-21 12:00:00  daemon started: 1.0.0 on Akka.NET 1.5.70, 2 CPUs, rule of E2; all settings at their defaults
            2026-11-21 12:00:00  maintaining, 1 h: 60 slots, all baseline at 20 %; foreign 2.0 %; pessimistic P95 25.00 %
            2026-11-21 13:00:00  maintaining, 30 min: 30 slots, all baseline at 20 %; foreign 2.0 %; pessimistic P95 25.00 %
            2026-11-21 13:30:00  daemon stopped: stop was asked for

            """, output);
    }

    [Fact]
    public void A_part_is_named_by_its_distance_from_the_end()
    {
        Write([Started(), .. Slots(Noon, 90)]);

        var (_, output, _) = Run("--journal", Database, "--from", "30m", "--to", "10m");

        Assert.StartsWith("2026-11-21 12:59:00  maintaining, 20 min: 20 slots", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_answers_than_the_record_end_with_exit_code_3()
    {
        Write([Started(), .. Slots(Noon, 3)]);
        Assert.Equal((ExitCode.Ok, "3 decisions decided again, all as recorded\n"), Run("--journal", Database, "--verify") is var (c, o, _) ? (c, o) : default);

        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, """UPDATE journal SET message = CAST(replace(CAST(message AS TEXT), '"Baseline"', '"High"') AS BLOB) WHERE sequence_number = 3""");
        var (code, output, _) = Run("--journal", Database, "--verify");

        Assert.Equal(ExitCode.Divergence, code);
        Assert.StartsWith("event 3 at 2026-11-21 12:01:00.000Z diverges, 1 decision before it as recorded\nit was recorded by version 1.0.0\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_named_and_the_rest_is_reported()
    {
        Write([Started(), .. Slots(Noon, 3)]);
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "UPDATE journal SET message = x'00' WHERE sequence_number = 3");

        var (code, output, error) = Run("--journal", Database);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("2 slots", output, StringComparison.Ordinal);
        Assert.StartsWith("notice: row 3: slot-decided.1: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_read_is_a_failure_that_says_so()
    {
        Assert.Equal(ExitCode.Failure, Run("--journal", Database).Code);

        Write();
        var (code, _, error) = Run("--journal", Database);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("is empty: the daemon has not recorded anything yet", error, StringComparison.Ordinal);

        Write(Started());
        using (var connection = SqliteFile.Open(Database))
            SqliteFile.Execute(connection, "UPDATE journal SET manifest = 'other.1'");
        (code, _, error) = Run("--journal", Database);
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("manifest 'other.1' is unknown", error, StringComparison.Ordinal);
        Assert.Contains("could be read", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give one output at a time", "--json", "--csv")]
    [InlineData("'never' is not a time", "--from", "never")]
    [InlineData("'0d' is not a duration", "--every", "0d")]
    [InlineData("--from 2026-11-21T11:02:00Z is not before --to 2026-11-21T10:02:00Z", "--from", "1h", "--to", "2h")]
    [InlineData("write KEY=VALUE", "--what-if", "CPU_P95_SETPOINT")]
    [InlineData("cannot be written", "--html", "/dev/null/page.html")]
    public void What_is_not_understood_is_a_clear_error(string problem, params string[] arguments)
    {
        Write([Started(), .. Slots(Noon, 3)]);

        var (code, _, error) = Run(["--journal", Database, .. arguments]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_without_events_is_reported()
    {
        Write([Started(), .. Slots(Noon, 3)]);

        Assert.Equal((ExitCode.Failure, "", "nothing is recorded in this range; replay without --from and --to shows the whole record\n"), Run("--journal", Database, "--from", "2027-01-01"));
        Assert.Equal((ExitCode.Failure, "", "nothing is recorded in this range; replay without --from and --to shows the whole record\n"), Run("--journal", Database, "--from", "2027-01-01", "--export-minutes", Path.Combine(_directory.FullName, "minutes.csv")));
    }

    [Fact]
    public void Minutes_stored_beside_the_journal_are_exported()
    {
        Write([Started(), .. Slots(Noon, 3)]);
        using (var samples = SqliteFile.Open(Path.Combine(_directory.FullName, "metrics.db")))
            SqliteFile.Execute(samples,
                $"""
                CREATE TABLE minutes (minute INTEGER PRIMARY KEY, seen_sec REAL, cpu_busy REAL, cpu_busy_without_steal REAL, cpu_own REAL, memory REAL, network REAL, load REAL);
                INSERT INTO minutes VALUES ({Noon.ToUnixTimeSeconds() / 60}, 60, 20, 20, 17, NULL, NULL, 0.2)
                """);
        var minutes = Path.Combine(_directory.FullName, "minutes.csv");

        var (code, _, error) = Run("--data-dir", _directory.FullName, "--export-minutes", minutes);

        Assert.Equal((ExitCode.Ok, $"wrote {minutes}: 1 minute from minutes stored in {Path.Combine(_directory.FullName, "metrics.db")}\n"), (code, error));
        Assert.Equal("timestamp,value\n2026-11-21 12:00:00,3\n", File.ReadAllText(minutes));
    }

    [Fact]
    public void A_page_and_the_minutes_are_written_to_files()
    {
        Write([Started(), .. Slots(Noon, 30)]);
        var (page, minutes) = (Path.Combine(_directory.FullName, "page.html"), Path.Combine(_directory.FullName, "minutes.csv"));

        Assert.Equal((ExitCode.Ok, "", $"wrote {page}: 2026-11-21 12:00 to 2026-11-21 12:30 UTC, 2 lines in the timeline\n"), Run("--journal", Database, "--html", page));
        Assert.Equal(ExitCode.Ok, Run("--journal", Database, "--export-minutes", minutes).Code);

        Assert.StartsWith("<!doctype html>", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.StartsWith("timestamp,value\n2026-11-21 11:59:00,2\n", File.ReadAllText(minutes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_is_explained()
    {
        Write([Started(), .. Slots(Noon, 3)]);

        var (code, output, _) = Run("--journal", Database, "--explain", "2026-11-21T12:01:30Z");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("why baseline\n", output, StringComparison.Ordinal);
        Assert.Contains("P95: 19.99 % (it was 25.00 %) -> catch-up\n", output, StringComparison.Ordinal);
    }

    private static DaemonStarted Started() =>
        new(Noon, "1.0.0", "Akka.NET 1.5.70", 2, new Dictionary<string, string>());

    // A machine whose slots come out high whoever makes them: the budget is never drawn on.
    private static IEnumerable<IEvent> Slots(DateTimeOffset from, int count)
    {
        var state = P95State.Start;
        for (var i = 0; i < count; i++)
        {
            var input = new P95Input(from.AddMinutes(i), GatePosition.Open, 25, 25, 25, 0, 5.01, 2, 22, 0.1, 0.5, 0);
            foreach (var happened in P95Policy.Decide(new CpuSettings(), state, input).Events)
            {
                state = state.Apply(happened);
                yield return happened;
            }
        }
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = ReplayCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    private void Write(params IEvent[] events)
    {
        using var connection = SqliteFile.Open(Database);
        SqliteFile.Execute(connection,
            """
            DROP TABLE IF EXISTS journal;
            CREATE TABLE journal (
              ordering INTEGER PRIMARY KEY AUTOINCREMENT, created BigInt NOT NULL, deleted Bit NOT NULL,
              persistence_id NVarChar(255) NOT NULL, sequence_number BigInt NOT NULL, message VarBinary NOT NULL,
              manifest NVarChar(500), identifier INTEGER, writer_uuid NVarChar(128))
            """);
        for (var i = 0; i < events.Length; i++)
            Insert(connection, events[i], i + 1);
    }

    private static void Insert(SqliteConnection connection, IEvent happened, long sequenceNr)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, 'loadshaper', $nr, $message, $manifest, 77001, 'x')
            """;
        command.Parameters.AddWithValue("$created", happened.At.UtcTicks);
        command.Parameters.AddWithValue("$nr", sequenceNr);
        command.Parameters.AddWithValue("$message", EventWire.Write(happened));
        command.Parameters.AddWithValue("$manifest", EventWire.ManifestOf(happened));
        command.ExecuteNonQuery();
    }
}

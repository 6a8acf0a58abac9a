using LoadShaper.Domain.Lifecycle;
using Xunit;

namespace LoadShaper.Journal.Tests;

public sealed class JournalFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-journal-").FullName;

    private string Database => Path.Combine(_directory, "journal.db");

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_new_journal_is_in_WAL_mode_syncs_each_commit_and_can_give_pages_back()
    {
        using var journal = new JournalFile(Database);
        Assert.Null(journal.Prepare(Now));

        using var connection = SqliteFile.Open(Database);
        Assert.Equal("wal", SqliteFile.Scalar(connection, "PRAGMA journal_mode"));
        Assert.Equal("2", SqliteFile.Scalar(connection, "PRAGMA synchronous"));
        Assert.Equal("2", SqliteFile.Scalar(connection, "PRAGMA auto_vacuum"));
    }

    [Fact]
    public void A_damaged_one_is_kept_under_another_name_and_what_can_be_read_in_it_is_reported()
    {
        using (var journal = new JournalFile(Database))
        {
            journal.Prepare(Now);
            Fill(2000);
        }
        Damage(from: 0.5);

        using var again = new JournalFile(Database);
        var loss = again.Prepare(Now)!;

        Assert.Equal("journal.db.corrupt-20261121T080000Z", Path.GetFileName(loss.Aside));
        Assert.InRange(loss.Readable, 1, 1999);
        Assert.Equal(Now.AddMinutes(loss.Readable - 1), loss.Last);
        Assert.Contains($"{loss.Readable} events up to", loss.ToGap(Now).Detail);
        Assert.Equal("0", Ask("SELECT count(*) FROM journal"));
    }

    [Fact]
    public void A_file_that_is_no_database_at_all_is_kept_too()
    {
        File.WriteAllText(Database, new string('x', 8192));

        using var journal = new JournalFile(Database);
        var loss = journal.Prepare(Now)!;

        Assert.Equal(0, loss.Readable);
        Assert.Equal(8192, new FileInfo(loss.Aside!).Length);
        Assert.Equal((Now, GapCause.JournalLost), (loss.ToGap(Now).From, loss.ToGap(Now).Cause));
    }

    [Fact]
    public void One_that_SQLite_called_malformed_in_use_is_moved_though_a_check_finds_nothing()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        Fill(3);

        var loss = journal.Prepare(Now, damaged: true)!;

        Assert.Equal(3, loss.Readable);
        Assert.Equal("0", Ask("SELECT count(*) FROM journal"));
    }

    [Fact]
    public void A_directory_that_is_gone_is_a_problem_until_it_is_back_and_a_new_file_says_so()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        Assert.Null(journal.Problem());

        Directory.Delete(_directory, recursive: true);
        Assert.Contains("is gone", journal.Problem());
        Assert.Throws<DirectoryNotFoundException>(() => journal.Prepare(Now));

        Directory.CreateDirectory(_directory);
        Assert.Contains("was gone", journal.Prepare(Now)!.Damage);
        Assert.Null(journal.Problem());
    }

    [Fact]
    public void Another_file_in_its_place_is_a_problem()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        File.Copy(Database, Database + ".copy");
        File.Move(Database + ".copy", Database, overwrite: true);

        Assert.Contains("another file", journal.Problem());
    }

    [Fact]
    public void A_journal_that_comes_back_as_it_was_lost_nothing()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        Fill(3);
        Directory.Move(_directory, _directory + ".away");
        Assert.NotNull(journal.Problem());
        Directory.Move(_directory + ".away", _directory);

        Assert.Null(journal.Prepare(Now));
        Assert.Equal("3", Ask("SELECT count(*) FROM journal"));
    }

    [Theory]
    [InlineData("created", "NULL")]
    [InlineData("created", "'text'")]
    [InlineData("persistence_id", "NULL")]
    [InlineData("persistence_id", "'loadshaqer'")]
    [InlineData("sequence_number", "'text'")]
    [InlineData("deleted", "7")]
    [InlineData("message", "NULL")]
    [InlineData("identifier", "77003")]
    public void A_cell_of_another_type_or_value_is_a_loss_that_the_next_start_still_reports(string column, string value)
    {
        using (var journal = new JournalFile(Database))
        {
            journal.Prepare(Now);
            Fill(20);
        }
        SetCell(7, column, value);

        JournalLoss loss;
        using (var journal = new JournalFile(Database))
            loss = journal.Prepare(Now)!;
        Assert.InRange(loss.Readable, 19, 20);
        Assert.True(File.Exists(loss.Aside));

        // The daemon ended before it recorded the loss; a later start records it, and then it is over.
        using var next = new JournalFile(Database);
        var again = next.Prepare(Now.AddHours(1))!;
        Assert.Equal((loss.Aside, loss.Readable, loss.Last), (again.Aside, again.Readable, again.Last));
        Assert.Null(next.Prepare(Now.AddHours(1)));
        Fill(1);
        using var last = new JournalFile(Database);
        Assert.Null(last.Prepare(Now.AddHours(2)));
    }

    [Fact]
    public void A_file_that_was_moved_aside_before_a_new_one_was_created_is_a_loss()
    {
        using (var journal = new JournalFile(Database))
        {
            journal.Prepare(Now);
            Fill(3);
        }
        SqliteFile.MoveAside(Database, Now);

        using var next = new JournalFile(Database);
        var loss = next.Prepare(Now)!;

        Assert.Equal((3, Now.AddMinutes(2)), (loss.Readable, loss.Last));
        Assert.Contains("journal.db.corrupt-20261121T080000Z, of which 3 events", loss.ToString());
    }

    [Fact]
    public void A_table_that_a_damaged_name_hides_is_damage()
    {
        using (var journal = new JournalFile(Database))
        {
            journal.Prepare(Now);
            Fill(3);
        }
        Run("ALTER TABLE journal RENAME TO journam");

        using var next = new JournalFile(Database);

        Assert.Contains("unknown table 'journam'", next.Prepare(Now)!.Damage);
    }

    [Fact]
    public void Snapshots_ahead_of_the_journal_are_kept_under_another_name_and_reported()
    {
        var notices = new List<string>();
        using var journal = new JournalFile(Database, onNotice: notices.Add);
        journal.Prepare(Now);
        Fill(3);
        Run("INSERT INTO snapshot VALUES ('loadshaper', 67, 1, x'00', 'controller-memory.1', 77001)");

        Assert.Null(journal.Prepare(Now));

        Assert.Contains("snapshot 67 is ahead of the journal", Assert.Single(notices));
        Assert.Equal("0", Ask("SELECT count(*) FROM snapshot"));
        Assert.Equal("1", Ask("SELECT count(*) FROM snapshot_damaged_20261121T080000000Z"));
        Assert.Null(journal.Prepare(Now));
        Assert.Single(notices);
    }

    [Fact]
    public void The_used_space_does_not_count_freed_pages()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        Fill(5000);
        var full = journal.ReadUsedSpace();
        Run("DELETE FROM journal WHERE sequence_number < 4900");

        Assert.True(full.MiB > 1.5, $"{full}");
        Assert.True(journal.ReadUsedSpace().MiB < 0.5, $"{journal.ReadUsedSpace()}");
    }

    [Fact]
    public void Freed_pages_are_given_back_step_by_step()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        Fill(5000);
        Run("DELETE FROM journal WHERE sequence_number < 4900");
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        var full = new FileInfo(Database).Length;

        var steps = 1;
        for (; journal.Tidy(); steps++)
            Assert.True(steps < 10_000);
        Run("PRAGMA wal_checkpoint(TRUNCATE)");

        Assert.True(steps > 1);
        Assert.True(new FileInfo(Database).Length < full / 5, $"{new FileInfo(Database).Length} of {full}");
        Assert.Equal("101", Ask("SELECT count(*) FROM journal"));
    }

    [Fact]
    public void Recorded_states_are_found_a_step_apart_and_not_beyond_the_limit()
    {
        using var journal = new JournalFile(Database);
        journal.Prepare(Now);
        Fill(6 * 1440, stateEvery: 720);

        Assert.Equal([1, 1441], States(journal, Now.AddDays(30)));
        Assert.Equal([1], States(journal, Now.AddHours(3)));
        Assert.Empty(States(journal, Now));
    }

    private static long[] States(JournalFile journal, DateTimeOffset before) =>
        [.. journal.ReadRecordedStates("loadshaper", before, TimeSpan.FromDays(1)).Select(state => state.SequenceNr)];

    // A row a minute, as the plugin writes them.
    private void Fill(int rows, int stateEvery = int.MaxValue)
    {
        using var connection = SqliteFile.Open(Database);
        SqliteFile.Execute(connection, "BEGIN");
        for (var i = 0; i < rows; i++)
            SqliteFile.Execute(connection,
                $"""
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier)
                VALUES ({Now.AddMinutes(i).UtcTicks}, 0, 'loadshaper', {i + 1}, randomblob(300), '{(i % stateEvery == 0 ? "state-recorded.1" : "slot-decided.1")}', 77001)
                """);
        SqliteFile.Execute(connection, "COMMIT");
    }

    // Without the constraints of the table, as a flipped byte is.
    private void SetCell(long number, string column, string value)
    {
        using var connection = SqliteFile.Open(Database);
        SqliteFile.Execute(connection,
            $"""
            PRAGMA writable_schema = ON;
            UPDATE sqlite_master SET sql = replace(replace(sql, ' NOT NULL,', ','), ' NOT NULL' || char(10), char(10)) WHERE name = 'journal';
            """);
        using var loose = SqliteFile.Open(Database);
        SqliteFile.Execute(loose, $"UPDATE journal SET {column} = {value} WHERE sequence_number = {number}");
        SqliteFile.Execute(loose, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private void Damage(double from)
    {
        using var file = File.OpenWrite(Database);
        var start = (long)(file.Length * from) / 4096 * 4096;
        file.Seek(start, SeekOrigin.Begin);
        file.Write(Enumerable.Repeat((byte)0xA5, (int)(file.Length - start)).ToArray());
    }

    private string? Ask(string sql)
    {
        using var connection = SqliteFile.Open(Database);
        return SqliteFile.Scalar(connection, sql);
    }

    private void Run(string sql)
    {
        using var connection = SqliteFile.Open(Database);
        SqliteFile.Execute(connection, sql);
    }
}

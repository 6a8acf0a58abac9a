using Xunit;

namespace LoadShaper.Journal.Tests;

public sealed class SqliteFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-journal-").FullName;

    private string Database => Path.Combine(_directory, "journal.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_new_file_is_made_in_WAL_mode()
    {
        Assert.Null(SqliteFile.Prepare(Database));

        using var connection = SqliteFile.Open(Database);
        Assert.Equal("wal", SqliteFile.Scalar(connection, "PRAGMA journal_mode"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_reported_and_left_as_it_was()
    {
        File.WriteAllText(Database, new string('x', 8192));

        Assert.NotNull(SqliteFile.Prepare(Database));
        Assert.Equal(8192, new FileInfo(Database).Length);
    }

    [Fact]
    public void A_damaged_page_is_found()
    {
        Fill(Database, rows: 2000);
        using (var file = File.OpenWrite(Database))
        {
            file.Seek(4096 * 3, SeekOrigin.Begin);
            file.Write(Enumerable.Repeat((byte)0xA5, 4096 * 4).ToArray());
        }

        Assert.NotNull(SqliteFile.Prepare(Database));
    }

    [Fact]
    public void Moved_aside_a_file_keeps_its_content_and_carries_the_time_in_its_name()
    {
        File.WriteAllText(Database, "first");
        var at = new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

        var aside = SqliteFile.MoveAside(Database, at);
        File.WriteAllText(Database, "second");
        var again = SqliteFile.MoveAside(Database, at);

        Assert.Equal("journal.db.corrupt-20261121T080000Z", Path.GetFileName(aside));
        Assert.Equal("first", File.ReadAllText(aside));
        Assert.Equal("second", File.ReadAllText(again));
        Assert.False(File.Exists(Database));
    }

    private static void Fill(string path, int rows)
    {
        using var connection = SqliteFile.Open(path);
        SqliteFile.Execute(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT); BEGIN");
        for (var i = 0; i < rows; i++)
            SqliteFile.Execute(connection, $"INSERT INTO t VALUES ({i}, '{new string('a', 50)}')");
        SqliteFile.Execute(connection, "COMMIT");
    }
}

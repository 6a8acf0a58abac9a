using LoadShaper.Daemon.Health;
using LoadShaper.Domain.Metrics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

public sealed class StorageReaderTests
{
    [Fact]
    public async Task The_journal_counts_with_its_write_ahead_log()
    {
        var directory = Directory.CreateTempSubdirectory("loadshaper-storage-");
        try
        {
            var journal = Path.Combine(directory.FullName, "journal.db");
            Assert.Null((await StorageReader.Of(directory.FullName, journal, new FakeTimeProvider()).ReadAsync())?.JournalSize);
            await File.WriteAllBytesAsync(journal, new byte[100]);
            await File.WriteAllBytesAsync(journal + "-wal", new byte[20]);

            var reading = await StorageReader.Of(directory.FullName, journal, new FakeTimeProvider()).ReadAsync();

            Assert.Equal(120, reading?.JournalSize);
            Assert.True(reading?.Free > 0);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_directory_that_is_gone_is_unknown() =>
        Assert.Equal(new StorageReading(null, null), await StorageReader.Of("/nonexistent/data", "/nonexistent/data/journal.db", new FakeTimeProvider()).ReadAsync());

    [Fact]
    public async Task A_file_system_that_does_not_answer_holds_one_thread_and_no_request()
    {
        var time = new FakeTimeProvider();
        using var answers = new ManualResetEventSlim();
        var reads = 0;
        var reader = new StorageReader(
            () =>
            {
                Interlocked.Increment(ref reads);
                answers.Wait();
                return new StorageReading(1, 2);
            },
            time);

        var (first, second) = (reader.ReadAsync(), reader.ReadAsync());
        time.Advance(StorageReader.Patience);

        Assert.Null(await first);
        Assert.Null(await second);
        answers.Set();
        Assert.Equal(new StorageReading(1, 2), await reader.ReadAsync());
        Assert.InRange(reads, 1, 2);
    }
}

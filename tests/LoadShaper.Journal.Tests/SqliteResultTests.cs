using Microsoft.Data.Sqlite;
using Xunit;

namespace LoadShaper.Journal.Tests;

public sealed class SqliteResultTests
{
    [Theory]
    [InlineData(10, 5386, true)]
    [InlineData(14, 14, true)]
    [InlineData(8, 264, true)]
    [InlineData(10, 778, false)]
    [InlineData(11, 11, false)]
    public void Only_a_volume_without_a_usable_log_is_read_as_an_immutable_one(int code, int extended, bool immutable) =>
        Assert.Equal(immutable, SqliteResult.NeedsImmutable(new SqliteException("error", code, extended)));

    [Fact]
    public void Corruption_is_found_behind_other_causes()
    {
        var corrupt = new SqliteException("malformed", SqliteResult.Corrupt);

        Assert.True(SqliteResult.IsCorruption(new InvalidOperationException("", new AggregateException(new IOException(), corrupt))));
        Assert.False(SqliteResult.IsCorruption(new InvalidOperationException("", new SqliteException("full", SqliteResult.Full))));
    }
}

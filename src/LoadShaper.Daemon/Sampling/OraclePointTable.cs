using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Sampling;

/// <summary>
/// The table of Oracle's points in the sample database. It is created with the first point: a file without it can be used by
/// earlier builds. Measured minutes are in another table, so that no point ever replaces one.
/// </summary>
internal sealed class OraclePointTable(SqliteConnection connection)
{
    public const string Name = "oracle_points";

    /// <summary>A day more than the rule's window.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(8);

    private const string Table =
        """
        CREATE TABLE IF NOT EXISTS oracle_points (
          metric INTEGER NOT NULL, -- OracleMetric
          minute INTEGER NOT NULL, -- minutes since 1970-01-01Z
          value  REAL NOT NULL,    -- percent, or bytes for network metrics
          PRIMARY KEY (metric, minute)
        ) WITHOUT ROWID
        """;

    private const string Unseen = "NOT EXISTS (SELECT 1 FROM minutes WHERE minutes.minute = oracle_points.minute)";

    private bool _exists = SqliteFile.Scalar(connection, $"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{Name}'") is { Length: > 0 };

    /// <summary>Adds points; a newer value of the same minute replaces the older one.</summary>
    /// <returns>How many CPU points are new and stand for a minute that is not in the table of minutes.</returns>
    public int Add(IReadOnlyList<OraclePoint> points)
    {
        if (points.Count == 0)
            return 0;
        if (!_exists)
            SqliteFile.Execute(connection, Table);
        _exists = true;
        using var transaction = connection.BeginTransaction();
        var filled = 0;
        using (var known = connection.CreateCommand())
        using (var insert = connection.CreateCommand())
        {
            known.CommandText = "SELECT EXISTS (SELECT 1 FROM oracle_points WHERE metric = $metric AND minute = $minute) OR EXISTS (SELECT 1 FROM minutes WHERE minute = $minute)";
            insert.CommandText = "INSERT OR REPLACE INTO oracle_points VALUES ($metric, $minute, $value)";
            foreach (var command in new[] { known, insert })
            {
                command.Transaction = transaction;
                command.Parameters.Add(new SqliteParameter("$metric", null));
                command.Parameters.Add(new SqliteParameter("$minute", null));
            }

            insert.Parameters.Add(new SqliteParameter("$value", null));
            foreach (var point in points)
            {
                known.Parameters[0].Value = insert.Parameters[0].Value = (long)point.Metric;
                known.Parameters[1].Value = insert.Parameters[1].Value = point.Minute;
                insert.Parameters[2].Value = point.Value;
                if (point.Metric == OracleMetric.Cpu && known.ExecuteScalar() is 0L)
                    filled++;
                insert.ExecuteNonQuery();
            }
        }

        transaction.Commit();
        return filled;
    }

    /// <summary>All valid points from a time on.</summary>
    public IReadOnlyList<OraclePoint> Read(DateTimeOffset from)
    {
        var points = new List<OraclePoint>();
        if (!_exists)
            return points;
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT metric, minute, value FROM {Name} WHERE minute >= $from ORDER BY metric, minute";
        command.Parameters.AddWithValue("$from", from.ToUnixTimeSeconds() / 60);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            if (reader.TryGetInteger(0, out var metric) && Enum.IsDefined((OracleMetric)metric)
                && reader.TryGetInteger(1, out var minute) && reader.TryGetNumber(2, out var value)
                && new OraclePoint((OracleMetric)metric, minute, value) is { IsValid: true } point)
                points.Add(point);
        return points;
    }

    /// <summary>CPU points from a time on for minutes that were not measured, as minutes; oldest first.</summary>
    public IReadOnlyList<MinuteMean> ReadUnseen(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = new List<MinuteMean>();
        if (!_exists)
            return minutes;
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT minute, value, (SELECT value FROM {Name} AS other WHERE other.metric = {(int)OracleMetric.Memory} AND other.minute = {Name}.minute)
            FROM {Name} WHERE metric = {(int)OracleMetric.Cpu} AND minute >= $from AND minute <= $to AND {Unseen} ORDER BY minute
            """;
        command.Parameters.AddWithValue("$from", from.ToUnixTimeSeconds() / 60);
        command.Parameters.AddWithValue("$to", to.ToUnixTimeSeconds() / 60);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            if (reader.TryGetInteger(0, out var minute) && reader.TryGetNumber(1, out var cpu) && cpu is >= 0 and <= 100)
                minutes.Add(new MinuteMean(
                    MinuteMean.StartOf(minute), TimeSpan.FromMinutes(1), cpu, cpu, Own: cpu,
                    Memory: reader.TryGetNumber(2, out var memory) && memory is >= 0 and <= 100 ? memory : null, IsSeeded: true));
        return minutes;
    }

    /// <summary>How many CPU points from a time on stand for a minute that was not measured.</summary>
    public int CountUnseen(DateTimeOffset from)
    {
        if (!_exists)
            return 0;
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {Name} WHERE metric = {(int)OracleMetric.Cpu} AND minute >= $from AND {Unseen}";
        command.Parameters.AddWithValue("$from", from.ToUnixTimeSeconds() / 60);
        return command.ExecuteScalar() is long count ? (int)count : 0;
    }

    /// <summary>Deletes points past their retention, at most about two hours of them, as <see cref="SampleDatabase.CleanUp"/>.</summary>
    public void CleanUp(DateTimeOffset now)
    {
        if (!_exists)
            return;
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM {Name} WHERE (metric, minute) IN (SELECT metric, minute FROM {Name} WHERE minute < $from ORDER BY minute LIMIT 600)";
        command.Parameters.AddWithValue("$from", (now - Kept).ToUnixTimeSeconds() / 60);
        command.ExecuteNonQuery();
    }
}

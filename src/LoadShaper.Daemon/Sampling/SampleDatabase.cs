using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Sampling.Readings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Microsoft.Data.Sqlite;

namespace LoadShaper.Daemon.Sampling;

/// <summary>
/// PERSISTENCE_DIR/metrics.db: a row a control period for seven days, and a row a UTC minute, computed from them, for five
/// weeks. Other processes can read it while it is in use (WAL).
/// </summary>
internal sealed class SampleDatabase : IDisposable
{
    public static readonly TimeSpan SamplesKept = TimeSpan.FromDays(7);

    /// <summary>Long enough to learn which hours of the week are quiet.</summary>
    public static readonly TimeSpan MinutesKept = TimeSpan.FromDays(35);

    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS samples (
          at                     INTEGER PRIMARY KEY, -- ms since 1970-01-01Z, end of the control period
          seconds                REAL NOT NULL,       -- its length
          cpu_busy               REAL,                -- percent of all CPUs, steal included
          cpu_busy_without_steal REAL,
          cpu_own                REAL,
          memory                 REAL,                -- percent used, by the lowest formula
          network                REAL,                -- percent of the link
          load                   REAL                 -- 1-minute average per core
        );
        CREATE TABLE IF NOT EXISTS minutes (
          minute                 INTEGER PRIMARY KEY, -- minutes since 1970-01-01Z
          seen_sec               REAL NOT NULL,       -- how much of it the samples cover
          cpu_busy               REAL NOT NULL,       -- means, weighted with the samples' length
          cpu_busy_without_steal REAL NOT NULL,
          cpu_own                REAL NOT NULL,
          memory                 REAL,
          network                REAL,
          load                   REAL
        );
        """;

    // A sample belongs to the minute in which it ended less one millisecond: the one ending at :00 closes the minute before.
    // A damaged cell can hold any type or value; such a sample is left out.
    private const string FoldMinutes =
        """
        INSERT OR REPLACE INTO minutes
        SELECT (at - 1) / 60000, sum(seconds), sum(cpu_busy * seconds) / sum(seconds),
               sum(cpu_busy_without_steal * seconds) / sum(seconds), sum(cpu_own * seconds) / sum(seconds),
               avg(CASE WHEN memory BETWEEN 0 AND 100 THEN memory END), avg(CASE WHEN network BETWEEN 0 AND 100 THEN network END),
               avg(CASE WHEN load BETWEEN 0 AND 1e6 THEN load END)
        FROM samples
        WHERE at > $from * 60000 AND at <= $to * 60000
          AND seconds > 0 AND seconds <= 86400 AND cpu_busy BETWEEN 0 AND 100
          AND cpu_busy_without_steal BETWEEN 0 AND 100 AND cpu_own BETWEEN 0 AND 100
        GROUP BY (at - 1) / 60000
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly OraclePointTable _oracle;
    private long _folded;

    /// <summary>Opens or creates the file and folds the samples that a kill left unfolded.</summary>
    public SampleDatabase(string path)
    {
        _connection = SqliteFile.Open(path);
        try
        {
            // A lost second of samples costs nothing; an fsync each period would.
            SqliteFile.Execute(_connection, "PRAGMA synchronous = NORMAL");
            SqliteFile.Execute(_connection, Tables);
            _insert = Prepare(
                "INSERT OR REPLACE INTO samples VALUES ($at, $seconds, $busy, $without, $own, $memory, $network, $load)",
                "$at", "$seconds", "$busy", "$without", "$own", "$memory", "$network", "$load");
            _oracle = new OraclePointTable(_connection);
            _folded = Number("SELECT coalesce(max(minute), 0) FROM minutes") ?? 0;
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Creates the file when it is missing and checks it.</summary>
    /// <returns>What is damaged; null when it is sound.</returns>
    /// <exception cref="SqliteException">The file cannot be opened or written for another reason than its content.</exception>
    /// <exception cref="IOException">The file system does not support WAL mode.</exception>
    public static string? Check(string path)
    {
        if (SqliteFile.Prepare(path) is { } problem)
            return problem;
        try
        {
            using var connection = SqliteFile.Open(path);
            // A damaged name in the schema would otherwise hide the rows behind a new empty table.
            var unknown = SqliteFile.Scalar(connection,
                @"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('samples', 'minutes', 'oracle_points') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' LIMIT 1");
            return string.IsNullOrEmpty(unknown) ? null : $"it holds the unknown table '{unknown}'";
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            return e.Message;
        }
    }

    /// <summary>Stores a sample, and the minutes that are complete with it.</summary>
    /// <param name="memory">Percent used, by the lowest formula.</param>
    /// <exception cref="IOException">The file is no longer at its path.</exception>
    public void Add(Sample sample, double? memory)
    {
        if (SqliteFile.HasMoved(_connection))
            throw new IOException($"{_connection.DataSource} is gone, or another file is in its place");
        var minute = (sample.At.ToUnixTimeMilliseconds() - 1) / 60_000;
        if (minute != _folded)
            Fold(Math.Min(_folded, minute - 1), minute);
        _folded = minute;
        Set(_insert,
            sample.At.ToUnixTimeMilliseconds(), sample.Period.TotalSeconds,
            sample.Cpu?.Busy.Value, sample.Cpu?.BusyWithoutSteal.Value, sample.Cpu?.Own.Value,
            memory, sample.Network?.Utilization.Value, sample.LoadPerCore);
        _insert.ExecuteNonQuery();
    }

    /// <summary>Oracle's own points.</summary>
    public OraclePointTable Oracle => _oracle;

    /// <summary>
    /// The stored minutes as <see cref="ReadMinutes"/> gives them, and Oracle's points for those between them that were not
    /// measured, marked.
    /// </summary>
    public IReadOnlyList<MinuteMean> ReadSeededMinutes(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = ReadMinutes(from, to);
        var seeded = _oracle.ReadUnseen(from, to);
        return seeded.Count == 0 ? minutes : [.. minutes.Concat(seeded).OrderBy(minute => minute.Start)];
    }

    /// <summary>Minutes that the last <see cref="ReadMinutes"/> left out because a cell holds another type, or a value that is no percentage.</summary>
    public int UnreadableMinutes { get; private set; }

    /// <summary>The stored minutes from <paramref name="from"/> to <paramref name="to"/>, the one in progress included, oldest first.</summary>
    public IReadOnlyList<MinuteMean> ReadMinutes(DateTimeOffset from, DateTimeOffset to)
    {
        Fold(_folded, long.MaxValue / 60_000);
        using var command = _connection.CreateCommand();
        command.CommandText =
            "SELECT minute, seen_sec, cpu_busy, cpu_busy_without_steal, cpu_own, memory, network, load FROM minutes WHERE minute >= $from AND minute <= $to ORDER BY minute";
        command.Parameters.AddWithValue("$from", from.ToUnixTimeSeconds() / 60);
        command.Parameters.AddWithValue("$to", to.ToUnixTimeSeconds() / 60);
        using var reader = command.ExecuteReader();
        var minutes = new List<MinuteMean>();
        UnreadableMinutes = 0;
        while (reader.Read())
        {
            if (ReadMinute(reader) is { } minute)
                minutes.Add(minute);
            else
                UnreadableMinutes++;
        }
        return minutes;
    }

    public StoreStatus ReadStatus(DateTimeOffset now)
    {
        var oldest = Number("SELECT min(at) FROM samples WHERE at BETWEEN 0 AND 253402300799000"); // to the year 9999
        return new StoreStatus(
            _connection.DataSource,
            Number("SELECT count(*) FROM samples") ?? 0,
            oldest is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null,
            ByteSize.FromBytes(SizeOf("") + SizeOf("-wal")),
            P95("memory", now), P95("network", now), P95("load", now),
            Problem: null);
    }

    /// <summary>
    /// Deletes rows past their retention, at most about two hours of them: called each hour that is enough, no call takes
    /// long, and a clock that is wrong for an hour does not cost the history.
    /// </summary>
    public void CleanUp(DateTimeOffset now)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            """
            DELETE FROM samples WHERE at IN (SELECT at FROM samples WHERE at < $samples ORDER BY at LIMIT 7200);
            DELETE FROM minutes WHERE minute IN (SELECT minute FROM minutes WHERE minute < $minutes ORDER BY minute LIMIT 120)
            """;
        command.Parameters.AddWithValue("$samples", (now - SamplesKept).ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$minutes", (now - MinutesKept).ToUnixTimeSeconds() / 60);
        command.ExecuteNonQuery();
        _oracle.CleanUp(now);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private void Fold(long from, long to)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = FoldMinutes;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        command.ExecuteNonQuery();
    }

    // Nearest rank: with n values, the one that n - ceil(0.95 n) values exceed or equal from above.
    private double? P95(string column, DateTimeOffset now)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            $"""
            WITH seen AS (SELECT {column} AS value FROM minutes WHERE minute >= $from AND {column} IS NOT NULL)
            SELECT value FROM seen ORDER BY value DESC LIMIT 1 OFFSET (SELECT count(*) * 5 / 100 FROM seen)
            """;
        command.Parameters.AddWithValue("$from", (now - SamplesKept).ToUnixTimeSeconds() / 60);
        return command.ExecuteScalar() is double value ? value : null;
    }

    private long SizeOf(string suffix) =>
        new FileInfo(_connection.DataSource + suffix) is { Exists: true } file ? file.Length : 0;

    private long? Number(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long value ? value : null;
    }

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    // Null where a cell cannot be what was stored.
    private static MinuteMean? ReadMinute(SqliteDataReader row) =>
        row.TryGetInteger(0, out var minute)
        && row.TryGetNumber(1, out var seen) && seen is > 0 and <= 86400
        && TryGetPercent(row, 2, out var busy) && TryGetPercent(row, 3, out var withoutSteal) && TryGetPercent(row, 4, out var own)
            ? new MinuteMean(
                MinuteMean.StartOf(minute), TimeSpan.FromSeconds(seen), busy, withoutSteal, own,
                TryGetPercent(row, 5, out var memory) ? memory : null,
                TryGetPercent(row, 6, out var network) ? network : null,
                row.TryGetNumber(7, out var load) && load is >= 0 and <= 1e6 ? load : null)
            : null;

    private static bool TryGetPercent(SqliteDataReader row, int column, out double value) =>
        row.TryGetNumber(column, out value) && value is >= 0 and <= 100;

    private static void Set(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}

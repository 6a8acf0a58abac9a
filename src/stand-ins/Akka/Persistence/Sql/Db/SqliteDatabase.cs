using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sql.Db;

/// <summary>
/// One connection to a database and the one thread that uses it: work is done in the order it was asked for, and
/// event writes that wait together share a transaction. All who use the same connection string share it.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int MaxRowsPerTransaction = 100;

    /// <summary>How long the end of an actor system may wait for the file to be closed.</summary>
    private static readonly TimeSpan MaxClosing = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, SqliteDatabase> Shared = [];

    private readonly BlockingCollection<Work> _queue = [];
    private readonly string _connectionString;
    private readonly Thread _thread;
    private readonly HashSet<string> _initialized = [];
    private SqliteConnection? _connection;
    private JournalWriter? _writer;
    private int _users;

    private SqliteDatabase(string connectionString)
    {
        _connectionString = connectionString;
        _thread = new Thread(Serve) { IsBackground = true, Name = "akka-sqlite" };
        _thread.Start();
    }

    /// <summary>Opens nothing yet: that is part of the first work, so that its failure has someone to be told to.</summary>
    public static SqliteDatabase Share(string connectionString)
    {
        lock (Shared)
        {
            if (!Shared.TryGetValue(connectionString, out var database))
                Shared.Add(connectionString, database = new SqliteDatabase(connectionString));
            database._users++;
            return database;
        }
    }

    /// <summary>The last user to leave closes the connection, once the work already asked for is done.</summary>
    public void Dispose()
    {
        lock (Shared)
        {
            if (--_users > 0)
                return;
            Shared.Remove(_connectionString);
        }
        _queue.CompleteAdding();
        _thread.Join(MaxClosing);
    }

    /// <param name="tables">Statements that create what the work needs; run once per connection, none when empty.</param>
    public Task<T> Run<T>(string tables, Func<SqliteConnection, T> work)
    {
        var asked = new Asked<T>(tables, work);
        _queue.Add(asked);
        return asked.Done;
    }

    /// <summary>Writes the rows in one transaction: all or none.</summary>
    public Task Write(string tables, IReadOnlyList<JournalRow> rows)
    {
        var asked = new AskedWrite(tables, rows);
        _queue.Add(asked);
        return asked.Done;
    }

    private void Serve()
    {
        Work? next = null;
        while (next is not null || _queue.TryTake(out next, Timeout.Infinite))
        {
            var work = next;
            next = null;
            if (work is AskedWrite first)
                next = WriteTogether(first);
            else
                Attempt([work], work.Do);
        }
        Close();
    }

    /// <summary>Writes what waits behind the first write too; answers the work taken from the queue that is no write.</summary>
    private Work? WriteTogether(AskedWrite first)
    {
        var writes = new List<AskedWrite> { first };
        Work? other = null;
        for (var rows = first.Rows.Count; rows < MaxRowsPerTransaction && _queue.TryTake(out other);)
        {
            if (other is not AskedWrite write)
                break;
            writes.Add(write);
            rows += write.Rows.Count;
            other = null;
        }
        Attempt(writes, connection =>
        {
            _writer ??= new JournalWriter(connection);
            _writer.Write(writes.SelectMany(w => w.Rows));
        });
        return other;
    }

    private void Attempt(IReadOnlyCollection<Work> asked, Action<SqliteConnection> work)
    {
        try
        {
            // A connection for each work would meet at once what now stands at the path; so does this one.
            if (_connection is { } open && open.HasMoved())
                Close();
            _connection ??= Open();
            foreach (var tables in asked.Select(a => a.Tables).Where(t => t.Length > 0 && !_initialized.Contains(t)))
            {
                _connection.Execute(tables);
                _initialized.Add(tables);
            }
            work(_connection);
            foreach (var one in asked)
                one.Succeeded();
        }
        catch (Exception e)
        {
            // Whatever is wrong with the file, the next work meets it anew on a fresh connection.
            Close();
            foreach (var one in asked)
                one.Failed(e);
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        _initialized.Clear();
        _writer?.Dispose();
        _writer = null;
        // Out of the pool, or the next connection would be the same broken one.
        SqliteConnection.ClearPool(connection);
        connection.Dispose();
    }

    private abstract class Work(string tables)
    {
        public string Tables { get; } = tables;

        public abstract void Do(SqliteConnection connection);

        public abstract void Succeeded();

        public abstract void Failed(Exception cause);
    }

    private sealed class Asked<T>(string tables, Func<SqliteConnection, T> work) : Work(tables)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Done => _done.Task;

        public override void Do(SqliteConnection connection) => _result = work(connection);

        public override void Succeeded() => _done.SetResult(_result);

        public override void Failed(Exception cause) => _done.SetException(cause);
    }

    private sealed class AskedWrite(string tables, IReadOnlyList<JournalRow> rows) : Work(tables)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<JournalRow> Rows { get; } = rows;

        public Task Done => _done.Task;

        public override void Do(SqliteConnection connection) =>
            throw new NotSupportedException("event writes are done together");

        public override void Succeeded() => _done.SetResult();

        public override void Failed(Exception cause) => _done.SetException(cause);
    }
}

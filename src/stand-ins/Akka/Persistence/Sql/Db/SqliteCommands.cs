using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sql.Db;

internal static class SqliteCommands
{
    public static SqliteCommand Command(
        this SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public static int Execute(
        this SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Whether the open file is no longer the one at its path.</summary>
    public static bool HasMoved(this SqliteConnection connection)
    {
        const int hasMoved = 20; // SQLITE_FCNTL_HAS_MOVED
        return FileControl(connection.Handle!.DangerousGetHandle(), IntPtr.Zero, hasMoved, out var moved) == 0 && moved != 0;
    }

    public static string? StringOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static int? IntOrNull(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt32(column);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(IntPtr connection, IntPtr database, int operation, out int answer);
}

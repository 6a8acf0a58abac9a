using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LoadShaper.Journal;

/// <summary>
/// Reads a cell by its stored type. SQLite stores any type in any column, so a damaged cell can hold NULL, text or a
/// number where another type is declared; these methods report that instead of throwing.
/// </summary>
public static class SqliteCells
{
    public static bool TryGetInteger(this SqliteDataReader row, int column, out long value)
    {
        var matches = TypeOf(row, column) == raw.SQLITE_INTEGER;
        value = matches ? row.GetInt64(column) : 0;
        return matches;
    }

    /// <summary>A finite number; an integer counts.</summary>
    public static bool TryGetNumber(this SqliteDataReader row, int column, out double value)
    {
        var matches = TypeOf(row, column) is raw.SQLITE_FLOAT or raw.SQLITE_INTEGER;
        value = matches ? row.GetDouble(column) : 0;
        return matches && double.IsFinite(value);
    }

    public static bool TryGetText(this SqliteDataReader row, int column, out string value)
    {
        var matches = TypeOf(row, column) == raw.SQLITE_TEXT;
        value = matches ? row.GetString(column) : "";
        return matches;
    }

    public static bool TryGetBlob(this SqliteDataReader row, int column, out byte[] value)
    {
        var matches = TypeOf(row, column) == raw.SQLITE_BLOB;
        value = matches ? row.GetFieldValue<byte[]>(column) : [];
        return matches;
    }

    /// <summary>"created is NULL, expected an integer".</summary>
    public static string Mismatch(this SqliteDataReader row, int column, string expected) =>
        $"{row.GetName(column)} is {NameOf(TypeOf(row, column))}, expected {expected}";

    private static int TypeOf(SqliteDataReader row, int column) => raw.sqlite3_column_type(row.Handle, column);

    private static string NameOf(int type) => type switch
    {
        raw.SQLITE_INTEGER => "an integer",
        raw.SQLITE_FLOAT => "a real number",
        raw.SQLITE_TEXT => "text",
        raw.SQLITE_BLOB => "a blob",
        _ => "NULL",
    };
}

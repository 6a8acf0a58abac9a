using System.Text;

namespace LoadShaper.LoadTest.Plan;

/// <summary>Rows of a data file in one block of memory: 4 bytes a field beside its text, so a million rows fit.</summary>
public sealed class DataTable
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private DataTable(string name, IReadOnlyList<string> columns, DataOrder order, DataShare share, byte[] bytes, int[] ends)
    {
        Name = name;
        Columns = columns;
        Order = order;
        Share = share;
        _bytes = bytes;
        _ends = ends;
        Rows = ends.Length / columns.Count;
    }

    public string Name { get; }
    public IReadOnlyList<string> Columns { get; }
    public DataOrder Order { get; }
    public DataShare Share { get; }
    public int Rows { get; }

    /// <summary>The row of an arrival.</summary>
    /// <param name="chance">Random bits of the arrival, for <see cref="DataOrder.Random"/>.</param>
    /// <param name="part">Of the process, not of one of its threads.</param>
    public int Row(long index, ulong chance, SchedulePartition part)
    {
        if (Share == DataShare.All)
            return (int)(Order == DataOrder.Sequential ? index % Rows : (long)(chance % (ulong)Rows));
        var own = OwnRows(part);
        var number = Order == DataOrder.Sequential ? index / part.Count % own : (long)(chance % (ulong)own);
        return (int)(number * part.Count) + part.Index;
    }

    /// <summary>How many rows are those of one part with <see cref="DataShare.Partition"/>.</summary>
    public int OwnRows(SchedulePartition part) => (Rows - part.Index + part.Count - 1) / part.Count;

    /// <summary>UTF-8 text of a field.</summary>
    public ReadOnlySpan<byte> Field(int row, int column)
    {
        var at = row * Columns.Count + column;
        var start = at == 0 ? 0 : _ends[at - 1];
        return _bytes.AsSpan(start, _ends[at] - start);
    }

    /// <summary>Collects rows; each needs one value per column. The text of all fields together may take 2 GB.</summary>
    public sealed class Builder(string name, IReadOnlyList<string> columns, DataOrder order = DataOrder.Sequential, DataShare share = DataShare.All)
    {
        private readonly MemoryStream _bytes = new();
        private readonly List<int> _ends = [];

        public Builder Add(params IReadOnlyList<string> fields)
        {
            if (fields.Count != columns.Count)
                throw new ArgumentException($"{name}: a row has {fields.Count} fields, expected {columns.Count}", nameof(fields));
            foreach (var field in fields)
            {
                _bytes.Write(Encoding.UTF8.GetBytes(field));
                _ends.Add(checked((int)_bytes.Length));
            }

            return this;
        }

        public DataTable Build() => new(name, columns, order, share, _bytes.ToArray(), [.. _ends]);
    }
}

/// <summary>Which row an arrival takes: index modulo rows, or one chosen by seed and index.</summary>
public enum DataOrder
{
    Sequential,
    Random,
}

/// <summary>Which rows a part of a distributed run takes. A run of one process takes all in both cases.</summary>
public enum DataShare
{
    /// <summary>Any row: the one that the arrival would take in a run of one process.</summary>
    All,

    /// <summary>Row r belongs to the part r mod count, so that no two workers ever use the same row.</summary>
    Partition,
}

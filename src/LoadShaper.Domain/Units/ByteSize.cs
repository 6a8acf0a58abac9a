using System.Globalization;

namespace LoadShaper.Domain.Units;

/// <summary>An amount of memory or data in bytes, never negative.</summary>
public readonly record struct ByteSize : IComparable<ByteSize>
{
    public static readonly ByteSize Zero = new(0);

    private ByteSize(long bytes) => Bytes = bytes;

    public long Bytes { get; }

    public double MiB => Bytes / (1024.0 * 1024);

    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public static ByteSize FromBytes(long bytes) =>
        bytes >= 0
            ? new ByteSize(bytes)
            : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A size is never negative.");

    public static ByteSize FromKiB(long kib) => FromBytes(checked(kib * 1024));

    public static ByteSize FromMiB(double mib) => FromBytes(checked((long)(mib * 1024 * 1024)));

    public static ByteSize Max(ByteSize a, ByteSize b) => a.Bytes >= b.Bytes ? a : b;

    public static ByteSize Min(ByteSize a, ByteSize b) => a.Bytes <= b.Bytes ? a : b;

    /// <summary>The difference, or nothing where <paramref name="right"/> is larger.</summary>
    public static ByteSize operator -(ByteSize left, ByteSize right) => new(Math.Max(0, left.Bytes - right.Bytes));

    public static ByteSize operator +(ByteSize left, ByteSize right) => new(checked(left.Bytes + right.Bytes));

    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MiB:0.#}MiB");
}

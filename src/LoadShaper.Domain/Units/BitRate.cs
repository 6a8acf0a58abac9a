using System.Globalization;

namespace LoadShaper.Domain.Units;

/// <summary>Bits per second, never negative. Decimal units, as links are sold: 1 Mbit = 1,000,000 bits.</summary>
public readonly record struct BitRate : IComparable<BitRate>
{
    public static readonly BitRate Zero = new(0);

    private BitRate(double bitsPerSecond) => BitsPerSecond = bitsPerSecond;

    public double BitsPerSecond { get; }

    public double Mbit => BitsPerSecond / 1e6;

    public double BytesPerSecond => BitsPerSecond / 8;

    /// <exception cref="ArgumentOutOfRangeException">Not a finite number, or below 0.</exception>
    public static BitRate FromBits(double bitsPerSecond) =>
        double.IsFinite(bitsPerSecond) && bitsPerSecond >= 0
            ? new BitRate(bitsPerSecond)
            : throw new ArgumentOutOfRangeException(nameof(bitsPerSecond), bitsPerSecond, "A rate is finite and never negative.");

    public static BitRate FromMbit(double mbit) => FromBits(mbit * 1e6);

    public int CompareTo(BitRate other) => BitsPerSecond.CompareTo(other.BitsPerSecond);

    public static bool operator <(BitRate left, BitRate right) => left.BitsPerSecond < right.BitsPerSecond;

    public static bool operator >(BitRate left, BitRate right) => left.BitsPerSecond > right.BitsPerSecond;

    public static bool operator <=(BitRate left, BitRate right) => left.BitsPerSecond <= right.BitsPerSecond;

    public static bool operator >=(BitRate left, BitRate right) => left.BitsPerSecond >= right.BitsPerSecond;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mbit:0.##}Mbit");
}

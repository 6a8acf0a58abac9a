using System.Globalization;

namespace LoadShaper.Domain.Units;

/// <summary>A share of the whole machine, 0 to 100. All intensities are shares of all CPUs together.</summary>
public readonly record struct Percent : IComparable<Percent>
{
    public static readonly Percent Zero = new(0);

    private Percent(double value) => Value = value;

    public double Value { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not a number, below 0 or above 100.</exception>
    public static Percent Of(double value) =>
        value is >= 0 and <= 100
            ? new Percent(value)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A percentage lies between 0 and 100.");

    /// <summary>The nearest percentage; not a number becomes 0, the side of less load.</summary>
    public static Percent Clamp(double value) => new(double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 100));

    public int CompareTo(Percent other) => Value.CompareTo(other.Value);

    public static bool operator <(Percent left, Percent right) => left.Value < right.Value;

    public static bool operator >(Percent left, Percent right) => left.Value > right.Value;

    public static bool operator <=(Percent left, Percent right) => left.Value <= right.Value;

    public static bool operator >=(Percent left, Percent right) => left.Value >= right.Value;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:0.##}%");
}

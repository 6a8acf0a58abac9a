using System.Globalization;

namespace LoadShaper.Domain.Units;

/// <summary>The share of time for which one core is kept busy, 0 to 1.</summary>
public readonly record struct DutyCycle
{
    public static readonly DutyCycle Idle = new(0);

    private DutyCycle(double value) => Value = value;

    public double Value { get; }

    public bool IsIdle => Value == 0;

    /// <exception cref="ArgumentOutOfRangeException">Not a number, below 0 or above 1.</exception>
    public static DutyCycle Of(double value) =>
        value is >= 0 and <= 1
            ? new DutyCycle(value)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A duty cycle lies between 0 and 1.");

    /// <summary>The nearest duty cycle; not a number becomes idle.</summary>
    public static DutyCycle Clamp(double value) => new(double.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:0.###}");
}

namespace LoadShaper.Domain.Cpu.Slots;

/// <summary>The normal distribution's upper tail.</summary>
internal static class NormalTail
{
    /// <summary>The share of draws that lie more than <paramref name="z"/> deviations above the mean, for z of at least 0; exact to 0.00001 (Abramowitz and Stegun 26.2.16).</summary>
    public static double Above(double z)
    {
        var t = 1 / (1 + 0.33267 * z);
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * t * (0.4361836 + t * (-0.1201676 + t * 0.9372980));
    }
}

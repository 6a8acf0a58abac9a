namespace LoadShaper.LoadTest.Model;

/// <summary>
/// Random numbers as a function of (seed, stream, index), so that any part of a schedule can be computed by itself and
/// the same on every machine. The mixing function is SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
public static class Chance
{
    public static ulong Bits(ulong seed, ulong stream, long index)
    {
        var x = Mix(seed + 0x9E3779B97F4A7C15 * (stream + 1)) + 0x9E3779B97F4A7C15 * (ulong)index;
        return Mix(x);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public static double Unit(ulong seed, ulong stream, long index) => (Bits(seed, stream, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Exponential with mean 1.</summary>
    public static double Exponential(ulong seed, ulong stream, long index) => -Math.Log(1 - Unit(seed, stream, index));

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Independent uses of the same seed.</summary>
    internal static class Streams
    {
        internal const ulong Arrivals = 1;
        internal const ulong Flows = 2;
        internal const ulong Rows = 3;
        internal const ulong Think = 4;
        internal const ulong Values = 5;
        internal const ulong Samples = 6;
    }
}

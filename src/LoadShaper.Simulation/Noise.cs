namespace LoadShaper.Simulation;

/// <summary>Normal draws that are the same for a seed on every machine and version.</summary>
internal sealed class Noise(double deviation, int seed)
{
    private ulong _state = (ulong)seed;

    public double Next()
    {
        // Box-Muller, one of the pair: a draw a minute is cheap enough.
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        return deviation * radius * Math.Cos(2 * Math.PI * Uniform());
    }

    // SplitMix64.
    private double Uniform()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}

using System.Globalization;

namespace LoadShaper.Daemon.Tests.Journal;

/// <summary>
/// Single damaged bytes of a file: the same sample in every run, more of it with LOADSHAPER_FUZZ=count, each byte with
/// LOADSHAPER_FUZZ=all (bench/damage/run).
/// </summary>
internal static class Damage
{
    public static IEnumerable<(int Offset, byte Value)> Of(byte[] sound, int sampled)
    {
        var random = new Random(20261121);
        var setting = Environment.GetEnvironmentVariable("LOADSHAPER_FUZZ");
        if (setting == "all")
        {
            for (var offset = 0; offset < sound.Length; offset++)
                yield return (offset, (byte)(sound[offset] ^ (1 << random.Next(8))));
            yield break;
        }
        var used = Enumerable.Range(0, sound.Length).Where(offset => sound[offset] != 0).ToArray();
        for (var left = int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : sampled; left > 0; left--)
        {
            var offset = used[random.Next(used.Length)];
            // A flipped bit, or any other value.
            yield return (offset, random.Next(2) == 0 ? (byte)(sound[offset] ^ (1 << random.Next(8))) : (byte)(sound[offset] + 1 + random.Next(255)));
        }
    }
}

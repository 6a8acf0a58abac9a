using Xunit;

namespace LoadShaper.Architecture.Tests;

internal static class Offenders
{
    /// <summary>Fails with all of them, in full.</summary>
    public static void None(IEnumerable<string> offenders)
    {
        var all = offenders.Distinct().ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }
}

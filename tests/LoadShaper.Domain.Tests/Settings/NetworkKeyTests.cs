using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Domain.Tests.Settings;

/// <summary>NET_KEY is a secret: its text reaches the settings, and nothing that is printed or recorded.</summary>
public sealed class NetworkKeyTests
{
    private const string Secret = "correct horse battery";

    [Fact]
    public void It_is_read_and_not_shown()
    {
        var reading = Parse(Secret);

        Assert.NotNull(reading.Settings!.Network.Key);
        Assert.Equal("***", reading.Values.Single(value => value.Setting.Name == "NET_KEY").Shown);
    }

    [Theory]
    [InlineData("short secret")]
    [InlineData("key://abcdefghijklmnop")]
    [InlineData("\"short secret\"")]
    [InlineData("\"correct horse battery\"")]
    public void A_refused_one_is_not_repeated(string text)
    {
        var problem = Assert.Single(Parse(text).Problems);

        Assert.Equal("NET_KEY", problem.Variable);
        foreach (var shown in new[] { problem.Value, problem.Broken, problem.Fix })
            Assert.DoesNotContain(text.Trim('"'), shown);
    }

    [Fact]
    public void The_shortest_accepted_one_has_16_characters()
    {
        Assert.NotNull(Parse(new string('k', NetworkKey.ShortestText)).Settings);
        Assert.Null(Parse(new string('k', NetworkKey.ShortestText - 1)).Settings);
    }

    private static SettingsReading Parse(string key) =>
        SettingsParser.Parse(new Dictionary<string, string> { ["NET_KEY"] = key }, new SettingsContext(ShapeFamily.E2));
}

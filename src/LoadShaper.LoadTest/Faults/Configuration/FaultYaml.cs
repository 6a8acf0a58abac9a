using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

/// <summary>Values of fault configurations, each problem with its line and column.</summary>
internal static class FaultYaml
{
    /// <summary>A share from 0 to 1; `true` is 1.</summary>
    internal static double Probability(this YamlReading reading, YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: { } text } && (text == "true" || Units.TryShare(text, out _)))
            return text == "true" ? 1 : Units.TryShare(text, out var share) ? share : 0;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected {FaultUnits.ProbabilityExpected}");
        return 0;
    }

    internal static double BitRate(this YamlReading reading, YamlNode node, string what)
    {
        if (node is YamlScalarNode { Value: { } text } && FaultUnits.TryRate(text, out var bits))
            return bits;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected {FaultUnits.RateExpected}");
        return 0;
    }

    /// <summary>At most ten minutes: longer is a stall.</summary>
    internal static TimeSpan Delay(this YamlReading reading, YamlNode node, string what)
    {
        if (reading.Duration(node, what, allowZero: true) is not { } delay)
            return TimeSpan.Zero;
        if (delay <= TimeSpan.FromMinutes(10))
            return delay;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected at most 10m");
        return TimeSpan.Zero;
    }

    internal static Endpoint? Endpoint(this YamlReading reading, YamlNode node, string what, bool allowUnix = false, bool allowZero = false)
    {
        if (node is YamlScalarNode { Value: { } text } && FaultUnits.ParseEndpoint(text, allowUnix, allowZero) is { } endpoint)
            return endpoint;
        reading.Report(node, $"{what} is {YamlReading.Describe(node)}; expected {FaultUnits.EndpointExpected}{(allowUnix ? " or unix:/path/to.sock" : "")}");
        return null;
    }

    internal static ulong Seed(this YamlReading reading, YamlNode node)
    {
        if (node is YamlScalarNode { Value: { } text } && ulong.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seed))
            return seed;
        reading.Report(node, $"seed is {YamlReading.Describe(node)}; expected a whole number from 0 to {ulong.MaxValue}");
        return 1;
    }
}

using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Faults.Configuration;

internal static class ScheduleReader
{
    private const string Expected = "{ramp: {after: 10s, for: 30s}}, {spike: {at: 10s, for: 5s}} or {flap: {off: 8s, on: 2s}}";

    internal static FaultSchedule? Read(YamlReading reading, YamlNode node)
    {
        if (reading.Map(node, "schedule", "ramp", "spike", "flap") is not { } map)
            return null;
        if (map.Count != 1)
        {
            reading.Report(node, $"schedule has {(map.Count == 0 ? "nothing in it" : string.Join(" and ", map.Keys))}; expected one of {Expected}");
            return null;
        }
        var (kind, body) = map.Single();
        var (first, second, firstRequired) = kind switch { "ramp" => ("after", "for", false), "spike" => ("at", "for", true), _ => ("off", "on", true) };
        if (reading.Map(body, kind, first, second) is not { } times)
            return null;
        if (!times.ContainsKey(second) || firstRequired && !times.ContainsKey(first))
        {
            reading.Report(body, $"{kind} has no \"{(times.ContainsKey(second) ? first : second)}\"; expected {Expected}");
            return null;
        }
        var from = times.TryGetValue(first, out var firstNode) ? reading.Duration(firstNode, first, allowZero: kind != "flap") : TimeSpan.Zero;
        if (from is null || reading.Duration(times[second], second) is not { } length)
            return null;
        return kind switch
        {
            "ramp" => new RampSchedule(from.Value, length),
            "spike" => new SpikeSchedule(from.Value, length),
            _ => new FlapSchedule(from.Value, length),
        };
    }
}

using System.Globalization;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>Whatever the environment holds: valid settings or a list of problems, never an exception, never a value out of bounds.</summary>
public sealed class RandomEnvironmentTests
{
    private static readonly string[] Nonsense =
        ["", " ", "nonsense", "23,5", "NaN", "Infinity", "-Infinity", "1e308", "0x10", "--1", "+5", "٢٥", "1_000", "true", "off", "\0", "a\nb", "’", "10.0.0.2,", "999999999999999999999", "-0", ".5", "5.", new string('9', 400), new string('x', 5000)];

    private static readonly Shape[] Shapes = [Machines.Generic, Machines.GenericArm, Machines.Micro, Machines.A1];

    [Fact]
    public void Ten_thousand_environments_end_in_settings_or_in_problems()
    {
        var seed = Environment.TickCount;
        var chance = new Random(seed);
        var reader = SettingsReader.For();
        var valid = 0;
        for (var n = 0; n < 10_000; n++)
        {
            var environment = Draw(chance);
            var shape = Shapes[chance.Next(Shapes.Length)];
            try
            {
                var reading = reader.Read(environment, shape);
                Check(reading, shape);
                valid += reading.Settings is null ? 0 : 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, environment {n}: {string.Join(' ', environment.Select(v => $"{v.Key}={v.Value}"))}\n{e}");
            }
        }

        // Both outcomes were really tried.
        Assert.InRange(valid, 1000, 9000);
    }

    private static void Check(SettingsReading reading, Shape shape)
    {
        Assert.Equal(reading.Settings is null, reading.Problems.Count > 0);
        Assert.All(reading.Problems, p => Assert.False(string.IsNullOrWhiteSpace(p.Broken) || string.IsNullOrWhiteSpace(p.Fix)));
        Assert.Equal(SettingsTable.All.Count, reading.Values.Count);
        if (reading.Settings is not { } s)
            return;
        foreach (var spec in SpecifiedSettings.Numbers)
        {
            var value = double.Parse(reading.Values.Single(v => v.Setting.Name == spec.Name).Text, CultureInfo.InvariantCulture);
            Assert.InRange(value, double.Parse(spec.Min, CultureInfo.InvariantCulture), double.Parse(spec.Max, CultureInfo.InvariantCulture));
        }
        Assert.True(s.Cpu.TargetMin < s.Cpu.TargetMax);
        Assert.True(s.Cpu.SetPoint >= s.Cpu.TargetMin && s.Cpu.SetPoint <= s.Cpu.TargetMax);
        Assert.True(s.Cpu.BaselineIntensity < s.Cpu.HighIntensity);
        Assert.True(s.Gate.CpuStop > s.Cpu.SetPoint);
        Assert.True(s.Gate.LoadResume < s.Gate.LoadThreshold);
        Assert.True(s.Memory.Target.Value == 0 || s.Memory.Target < s.Memory.Stop);
        Assert.True(s.Network.Target.Value == 0 || s.Network.Target < s.Network.Stop);
        Assert.True(s.Network.MinRate <= s.Network.MaxRate);
        Assert.True(s.Network.Fallback.Start < s.Network.Fallback.Stop);
        Assert.NotEmpty(RuleTargets.AimedAbove(s, shape.Family));
    }

    private static Dictionary<string, string> Draw(Random chance)
    {
        var environment = new Dictionary<string, string>();
        var wild = chance.Next(3) == 0;
        for (var left = chance.Next(wild ? 20 : 4); left > 0; left--)
        {
            var name = chance.Next(20) == 0 ? Misspell(chance, Any(chance)) : Any(chance);
            environment[name] = wild && chance.Next(3) == 0 ? Nonsense[chance.Next(Nonsense.Length)] : Plausible(chance, name);
        }
        return environment;
    }

    private static string Any(Random chance) => SettingsTable.All[chance.Next(SettingsTable.All.Count)].Name;

    private static string Plausible(Random chance, string name)
    {
        if (SpecifiedSettings.Numbers.FirstOrDefault(n => n.Name == name) is { } spec)
            return chance.Next(8) switch
            {
                0 => spec.Min,
                1 => spec.Max,
                2 => spec.Below,
                3 => spec.Above,
                _ => Math.Round(double.Parse(spec.Default, CultureInfo.InvariantCulture) * (0.9 + 0.2 * chance.NextDouble()), spec.Whole ? 0 : 3).ToString(CultureInfo.InvariantCulture),
            };
        if (SpecifiedSettings.Words.FirstOrDefault(w => w.Name == name) is { Words: { } words })
            return words[chance.Next(words.Length)];
        return SpecifiedSettings.Texts.FirstOrDefault(t => t.Name == name) is { Name: not null, Default: var text } ? text : chance.Next(2) == 0 ? "true" : "no";
    }

    private static string Misspell(Random chance, string name)
    {
        var at = chance.Next(name.Length);
        return name.Remove(at, 1);
    }
}

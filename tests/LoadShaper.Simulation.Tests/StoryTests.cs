using Xunit;

namespace LoadShaper.Simulation.Tests;

/// <summary>Each file of Scenarios/ tells what it simulates and what has to come of it. UPDATE_SCENARIOS=1 writes what came.</summary>
public class StoryTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Folder, "*.txt").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_scenario_gives_its_recorded_timeline(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name));
        var scenario = text.Split(Story.Line)[0];
        var told = scenario + Story.Line + Story.Tell(Simulator.Run(Story.Parse(scenario)));

        if (Environment.GetEnvironmentVariable("UPDATE_SCENARIOS") == "1")
            File.WriteAllText(Path.Combine(SourceFolder(), name), told);
        else
            Assert.Equal(text, told);
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "Scenarios");
}

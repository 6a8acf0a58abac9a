using LoadShaper.Domain.Cpu;

namespace LoadShaper.Simulation;

/// <summary>The foreign loads that the control law is measured on: 28 days, noise of 1 point a minute.</summary>
public static class FigureCases
{
    /// <summary>What happens to the machine on this day.</summary>
    public static readonly TimeSpan Day14 = TimeSpan.FromDays(14);

    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    /// <param name="traces">Folder of recorded traces; null leaves them out.</param>
    public static IEnumerable<FigureCase> All(string? traces)
    {
        yield return Of("idle", ForeignLoad.Idle);
        yield return Of("constant 10 %", new ForeignLoad.Constant(10));
        yield return Of("sine 0-40 % a day", new ForeignLoad.Sine(0, 40));
        yield return Of("80 % for 6 h a day", new ForeignLoad.Busy(80, TimeSpan.FromHours(6)));
        yield return Of("load average 0.7 at 2 % CPU", ForeignLoad.Idle, o => o with { LoadAverage = new ForeignLoad.Constant(0.7) });
        yield return Of("2-day outage on day 14", ForeignLoad.Idle, o => o with { Outages = [new Stretch(Day14, TwoDays)] });
        yield return Of("daemon down for 2 days on day 14", ForeignLoad.Idle, o => o with { DaemonDown = [new Stretch(Day14, TwoDays)] });
        yield return Of("an idle week before the start", ForeignLoad.Idle, o => o with { History = new History(TimeSpan.FromDays(7), ForeignLoad.Idle) });
        yield return Of("load falls from 40 % to 0 on day 14", new ForeignLoad.Step(40, 0, Day14));
        if (traces is null)
            yield break;
        foreach (var file in Directory.EnumerateFiles(traces, "*.csv").Order(StringComparer.Ordinal))
            yield return Of(Path.GetFileNameWithoutExtension(file), TraceFile.Read(file));
    }

    private static FigureCase Of(string name, IForeignLoad foreign, Func<SimulationOptions, SimulationOptions>? change = null)
    {
        var options = new SimulationOptions { Days = 28, Noise = 1, Foreign = foreign };
        return new FigureCase(name, change is null ? options : change(options));
    }
}

public sealed record FigureCase(string Name, SimulationOptions Options)
{
    public SimulationReport Run(CpuStrategy strategy, int seed) => Simulator.Run(Options with
    {
        Seed = seed,
        Settings = Options.Settings with { Cpu = Options.Settings.Cpu with { Strategy = strategy } },
    });
}

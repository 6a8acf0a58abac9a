using System.CommandLine;
using System.Globalization;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using LoadShaper.Simulation;
using LoadShaper.Simulation.Memory;

namespace LoadShaper.Cli.Simulate;

/// <summary>`loadshaper simulate memory`: a day of memory occupation, compared with the law of the reference tool.</summary>
internal static class SimulateMemoryCommand
{
    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = $"Settings from the template of a shape: {SimulatedShape.Names}.", DefaultValueFactory = _ => "a1-flex-2", HelpName = "NAME" };
        var set = new Option<string[]>("--set") { Description = "A setting by its environment variable; may be given several times.", HelpName = "KEY=VALUE" };
        var total = new Option<string>("--memory") { Description = "Memory of the machine, GiB.", DefaultValueFactory = _ => "12", HelpName = "N" };
        var others = new Option<string>("--others") { Description = "Range of other processes' memory use, percent.", DefaultValueFactory = _ => "3:12", HelpName = "LOW:HIGH" };
        var noise = new Option<string>("--noise") { Description = "± points on each reading.", DefaultValueFactory = _ => "0.1", HelpName = "POINTS" };
        var seed = new Option<int>("--seed") { Description = "Seed of the noise. The same seed gives the same day.", DefaultValueFactory = _ => 1, HelpName = "N" };

        var command = new Command("memory", "Simulate a day of memory occupation and show how stable the reading is.") { shape, set, total, others, noise, seed };
        command.SetAction(parsed =>
        {
            var error = parsed.InvocationConfiguration.Error;
            try
            {
                var given = SimulatedSettings.Read(SimulatedShape.Find(parsed.GetValue(shape)), null, parsed.GetValue(set) ?? [], null);
                if (given.Settings is not { } settings)
                {
                    error.Write(SettingsReport.Problems(given.Problems));
                    return ExitCode.Config;
                }

                if (settings.Memory.Target == Percent.Zero)
                    throw new PatternException($"MEM_TARGET_PCT is 0 with the shape {parsed.GetValue(shape)}: write --set MEM_TARGET_PCT=30 or another shape");

                var (low, high) = Range(parsed.GetValue(others)!);
                parsed.InvocationConfiguration.Output.Write(Render(
                    settings,
                    ByteSize.FromMiB(PatternParser.ParseNumber("--memory", parsed.GetValue(total)!, 0.25, 1024) * 1024),
                    new ForeignMemory(low, high, PatternParser.ParseNumber("--noise", parsed.GetValue(noise)!, 0, 50)),
                    parsed.GetValue(seed)));
                return ExitCode.Ok;
            }
            catch (PatternException e)
            {
                error.WriteLine(e.Message);
                return ExitCode.Usage;
            }
        });
        return command;
    }

    internal static string Render(LoadShaperSettings settings, ByteSize total, ForeignMemory others, int seed)
    {
        var (day, period) = (TimeSpan.FromDays(1), settings.Sampling.ControlPeriod);
        var cache = ByteSize.FromBytes(total.Bytes / 6);
        var ours = MemoryDay.Run(settings.Memory, new VirtualMemory(total, cache), others, day, period, seed);
        var reference = MemoryDay.RunReference(settings.Memory, new VirtualMemory(total, cache), others, day, period, settings.Sampling.AverageWindow, seed);
        return string.Create(CultureInfo.InvariantCulture, $"A day of memory: {total.MiB / 1024:0.#} GiB, target {settings.Memory.Target}, others {others.Low:0.#}-{others.High:0.#} %\n\n")
            + TextTable.Render(
                ["law", "ramp", "lowest minute", "highest minute", "farthest off", "given back", "events"],
                [Row("loadshaper", ours, $"{ours.Events.Count}"), Row("reference", reference, "")]);
    }

    private static string[] Row(string law, MemoryDayResult day, string events)
    {
        // What Oracle reads; the ramp is no part of it, and a law that never arrives is judged from its tenth minute on.
        var minutes = day.Moments
            .Where(moment => moment.At >= (day.Ramp ?? TimeSpan.FromMinutes(9)) + TimeSpan.FromMinutes(1))
            .GroupBy(moment => (int)moment.At.TotalMinutes)
            .Select(minute => minute.Average(moment => moment.Used))
            .ToList();
        return
        [
            law,
            day.Ramp is { } ramp ? string.Create(CultureInfo.InvariantCulture, $"{ramp.TotalSeconds:0} s") : "never",
            string.Create(CultureInfo.InvariantCulture, $"{minutes.Min():0.0} %"),
            string.Create(CultureInfo.InvariantCulture, $"{minutes.Max():0.0} %"),
            day.Ramp is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{day.FarthestAfterRamp:0.00} points"),
            string.Create(CultureInfo.InvariantCulture, $"{day.GivenBack.MiB / 1024:0.0} GiB"),
            events,
        ];
    }

    private static (double Low, double High) Range(string text) =>
        text.Split(':') is [var low, var high]
        && double.TryParse(low, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var from)
        && double.TryParse(high, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var to)
        && from <= to && to <= 100
            ? (from, to)
            : throw new PatternException($"--others {text} is not a range: write LOW:HIGH in percent, as 3:12");
}

using System.CommandLine;
using System.CommandLine.Completions;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Simulation;

namespace LoadShaper.Cli.Simulate;

/// <summary>`loadshaper simulate`: the control law on a simulated machine, weeks in a second. Uses no data directory.</summary>
internal static class SimulateCommand
{
    // A year: 525,600 minutes are kept in memory.
    private const int MostDays = 366;

    public static Command Create()
    {
        var days = new Option<int>("--days") { Description = "Days to run.", DefaultValueFactory = _ => 28, HelpName = "N" };
        var shape = new Option<string?>("--shape") { Description = $"Rules, CPUs and template of a shape: {SimulatedShape.Names}.", HelpName = "NAME" };
        var template = new Option<string?>("--template") { Description = "Settings from a template, in place of the shape's: a file, or the name of one; a shape's own brings its rules and CPUs.", HelpName = "FILE.env" };
        var set = new Option<string[]>("--set") { Description = "A setting by its environment variable; may be given several times.", HelpName = "KEY=VALUE" };
        var strategy = new Option<string?>("--strategy") { Description = "slots or blocks, as CPU_P95_STRATEGY.", HelpName = "NAME" };
        var foreign = new Option<string>("--foreign") { Description = "CPU use of other processes: idle, constant:10, sine:0:40, busy:80:6h, step:40:0:14d or FILE.csv.", DefaultValueFactory = _ => "idle", HelpName = "PATTERN" };
        var loadAverage = new Option<string?>("--load-average") { Description = "Load per core from foreign work alone; the foreign CPU share when left out.", HelpName = "X" };
        var outage = new Option<string[]>("--outage") { Description = "The VM is off, its minutes are absent: 14d:2d.", HelpName = "AT:FOR" };
        var down = new Option<string[]>("--daemon-down") { Description = "The VM runs without the daemon, its minutes count: 14d:2d.", HelpName = "AT:FOR" };
        var history = new Option<string?>("--history") { Description = "Stored minutes before the start: 7d:idle.", HelpName = "FOR:PATTERN" };
        var noise = new Option<string>("--noise") { Description = "Standard deviation, in points, of random load added to each minute.", DefaultValueFactory = _ => "0", HelpName = "SD" };
        var seed = new Option<int>("--seed") { Description = "Seed of the noise. The same seed gives the same run.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var csv = new Option<string?>("--out") { Description = "Write every minute to this CSV file.", HelpName = "minutes.csv" };
        var json = new Option<bool>("--json") { Description = "The figures as JSON instead of the table and the chart." };

        shape.CompletionSources.Add(_ => NamedShape.All.Select(known => new CompletionItem(known.Name)));
        strategy.CompletionSources.Add("slots", "blocks");
        var command = new Command("simulate", "Run the control law for weeks of virtual time and show what Oracle would have read.")
        {
            days, shape, template, set, strategy, foreign, loadAverage, outage, down, history, noise, seed, csv, json,
            SimulateMemoryCommand.Create(),
            SimulateNetworkCommand.Create(),
        };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var error = parsed.InvocationConfiguration.Error;
            try
            {
                var chosen = SimulatedShape.Find(SimulatedShape.Stated(parsed.GetValue(shape), parsed.GetValue(template)), parsed.GetValue(template));
                var given = SimulatedSettings.Read(chosen, parsed.GetValue(template), parsed.GetValue(set) ?? [], parsed.GetValue(strategy));
                if (given.Settings is not { } settings)
                {
                    error.Write(SettingsReport.Problems(given.Problems));
                    return ExitCode.Config;
                }

                if (given.Warnings.Count > 0)
                    error.Write(SettingsReport.Warnings(given.Warnings));
                var options = new SimulationOptions
                {
                    Days = Days(parsed.GetValue(days)),
                    Family = chosen.Family,
                    CpuCount = chosen.CpuCount,
                    Settings = settings,
                    Foreign = PatternParser.ParseForeign(parsed.GetValue(foreign)!),
                    LoadAverage = parsed.GetValue(loadAverage) is { } load ? new ForeignLoad.Constant(PatternParser.ParseNumber("--load-average", load, 0, 1000)) : null,
                    Outages = [.. (parsed.GetValue(outage) ?? []).Select(PatternParser.ParseStretch)],
                    DaemonDown = [.. (parsed.GetValue(down) ?? []).Select(PatternParser.ParseStretch)],
                    History = parsed.GetValue(history) is { } before ? PatternParser.ParseHistory(before) : null,
                    Noise = PatternParser.ParseNumber("--noise", parsed.GetValue(noise)!, 0, 100),
                    Seed = parsed.GetValue(seed),
                };
                var report = Simulator.Run(options);
                if (parsed.GetValue(csv) is { } path)
                {
                    Write(path, report);
                    error.WriteLine($"wrote {path}: {report.Rows.Count} minutes");
                }

                output.Write(parsed.GetValue(json)
                    ? SimulationJson.Render(options, report, chosen)
                    : SimulationText.Render(options, report, chosen));
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

    private static int Days(int days) => days is >= 1 and <= MostDays
        ? days
        : throw new PatternException($"--days {days} is out of bounds: write 1 to {MostDays}");

    private static void Write(string path, SimulationReport report)
    {
        try
        {
            using var file = new StreamWriter(path);
            MinuteCsv.Write(file, report.Rows);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PatternException($"--out {path} cannot be written: {e.Message}");
        }
    }
}

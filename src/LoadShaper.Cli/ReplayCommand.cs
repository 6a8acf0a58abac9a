using System.CommandLine;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Journal;
using LoadShaper.Replay;

namespace LoadShaper.Cli;

/// <summary>`loadshaper replay`: the recorded decisions and their reasons, from the journal alone. Never writes to it.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var dataDir = new Option<string?>("--data-dir") { Description = "Data directory of the daemon; default PERSISTENCE_DIR.", HelpName = "DIR" };
        var journal = new Option<string?>("--journal") { Description = "A journal file, for example a copy from another machine.", HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "Start of the range: a UTC time (2026-11-21T14:30), a time of day (14:30, the last one in the record), or a duration before the end of the record (2d, 6h).", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "End of the range, exclusive; written as --from.", HelpName = "TIME" };
        var every = new Option<string>("--every") { Description = "Longest run of slots in one line.", DefaultValueFactory = _ => "1d", HelpName = "DURATION" };
        var json = new Option<bool>("--json") { Description = "Print every event as JSON, one per line." };
        var csv = new Option<bool>("--csv") { Description = "Print every slot decision as CSV, one per row." };
        var html = new Option<string?>("--html") { Description = "Write a page with charts to this file; it needs no network.", HelpName = "FILE" };
        var explain = new Option<string?>("--explain") { Description = "Explain the slot, block or event at this time: inputs, rule, what would have changed it.", HelpName = "TIME|SLOT" };
        var verify = new Option<bool>("--verify") { Description = $"Decide again from the recorded inputs; exit code {ExitCode.Divergence} if a decision differs." };
        var whatIf = new Option<string[]>("--what-if") { Description = "Simulate the recorded machine with other settings and compare.", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = true };
        var minutes = new Option<string?>("--export-minutes") { Description = "Write the foreign load of every minute, for simulate --foreign.", HelpName = "FILE.csv" };

        var command = new Command("replay", "Show the recorded decisions and their reasons; also while the daemon runs.")
        {
            dataDir, journal, from, to, every, json, csv, html, explain, verify, whatIf, minutes,
        };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var path = parsed.GetValue(journal)
                ?? new DataDirectory(ConfigurationLoader.DataDirectory(parsed.GetValue(dataDir), ConfigurationLoader.ProcessEnvironment())).JournalPath;
            try
            {
                using var recording = Recording.Open(path);
                var end = recording.End ?? DateTimeOffset.UnixEpoch;
                var range = new TimeRange(
                    parsed.GetValue(from) is { } first ? TimeRange.Parse(first, end) : null,
                    parsed.GetValue(to) is { } last ? TimeRange.Parse(last, end) : null);
                var asked = new ReplayRequest(
                    range, TimeRange.ParseDuration(parsed.GetValue(every)!), parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(html),
                    parsed.GetValue(explain), parsed.GetValue(verify), parsed.GetValue(whatIf) ?? [], parsed.GetValue(minutes));
                return asked.Answer(recording, output, error);
            }
            catch (JournalUnreadableException e)
            {
                error.WriteLine(e.Message);
                return ExitCode.Failure;
            }
            catch (FormatException e)
            {
                error.WriteLine(e.Message);
                return ExitCode.Usage;
            }
        });
        return command;
    }
}

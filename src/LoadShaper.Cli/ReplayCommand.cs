using System.CommandLine;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Journal;
using LoadShaper.Replay;

namespace LoadShaper.Cli;

/// <summary>`loadshaper replay`: what was decided, when and why, read from the journal alone. Never writes to it.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var dataDir = new Option<string?>("--data-dir") { Description = "The directory that the daemon runs with; PERSISTENCE_DIR when left out.", HelpName = "DIR" };
        var journal = new Option<string?>("--journal") { Description = "A journal file, copied from anywhere.", HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "From this UTC time on, or so long before the end of the record: 2026-11-21T14:30, 2d, 6h.", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Before this time.", HelpName = "TIME" };
        var every = new Option<string>("--every") { Description = "Tell a run of slots at least once in this time.", DefaultValueFactory = _ => "1d", HelpName = "DURATION" };
        var json = new Option<bool>("--json") { Description = "Every event as JSON, one a line." };
        var csv = new Option<bool>("--csv") { Description = "Every slot decision as CSV, one a row." };
        var html = new Option<string?>("--html") { Description = "A page with charts; needs no network.", HelpName = "FILE" };
        var explain = new Option<string?>("--explain") { Description = "One decision: its inputs, the rule that fired, what would have changed it.", HelpName = "TIME|SLOT" };
        var verify = new Option<bool>("--verify") { Description = $"Decide again beside the record; exit code {ExitCode.Divergence} where the answers differ." };
        var whatIf = new Option<string[]>("--what-if") { Description = "The recorded machine under other settings, beside what was.", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = true };
        var minutes = new Option<string?>("--export-minutes") { Description = "The foreign load, minute by minute, for simulate --foreign.", HelpName = "FILE.csv" };

        var command = new Command("replay", "Show what was decided and why, from the journal; also while the daemon runs.")
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

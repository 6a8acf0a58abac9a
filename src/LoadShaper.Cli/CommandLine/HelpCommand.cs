using System.CommandLine;
using System.CommandLine.Completions;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.CommandLine;

/// <summary>`loadshaper help [COMMAND]` and `loadshaper version`, for those that try the words before the options.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var of = new Argument<string[]>("COMMAND") { Description = "The command to show the help of.", Arity = ArgumentArity.ZeroOrMore };
        of.CompletionSources.Add(_ => root.Subcommands.Where(sub => !sub.Hidden).Select(sub => new CompletionItem(sub.Name)));
        var command = new Command("help", "Show the help of a command.") { of };
        command.SetAction(async (parsed, cancel) =>
        {
            var words = parsed.GetValue(of) ?? [];
            Command at = root;
            foreach (var word in words)
            {
                if (at.Subcommands.FirstOrDefault(sub => sub.Name == word) is not { } next)
                {
                    var close = Spelling.Closest(word, at.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));
                    await parsed.InvocationConfiguration.Error.WriteLineAsync(
                        $"loadshaper help: unknown command {word}\n{(close is null ? "`loadshaper --help` lists the commands." : $"Did you mean {close}?")}");
                    return ExitCode.Usage;
                }
                at = next;
            }
            return await root.Parse([.. words, "--help"]).InvokeAsync(parsed.InvocationConfiguration, cancel);
        });
        return command;
    }

    public static Command CreateVersion()
    {
        var command = new Command("version", "Show the version.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(VersionText.Line));
        return command;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.CommandLine;

/// <summary>A command line that cannot be used: the error, one suggestion, and where the help is. Never the whole help.</summary>
internal static class UsageErrors
{
    public static string Render(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = NameOf(command);
        var unknown = parsed.UnmatchedTokens.FirstOrDefault();
        if (unknown is null)
            return Lines(name, parsed.Errors[0].Message, $"`{name} --help` shows the options and an example");

        if (unknown.StartsWith('-'))
            return Lines(name, $"unknown option {unknown}", Suggestion(Spelling.Closest(unknown.Split('=')[0], Options(parsed.CommandResult)), $"`{name} --help` lists the options"));
        var commands = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).ToArray();
        return command is RootCommand
            ? Lines(name, $"unknown command {unknown}", Suggestion(Spelling.Closest(unknown, commands), $"`{name} --help` lists the commands"))
            : Lines(name, $"unexpected argument {unknown}", Suggestion(Spelling.Closest(unknown, commands), $"`{name} --help` shows the options and an example"));
    }

    // An option of a parent command applies to its subcommands when it is recursive, as --help is.
    private static IEnumerable<string> Options(CommandResult result) =>
        result.Command.Options.Concat(result.Parent is CommandResult parent ? parent.Command.Options.Where(option => option.Recursive) : [])
            .Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .Where(alias => alias.StartsWith("--", StringComparison.Ordinal));

    private static string Suggestion(string? closest, string help) => closest is null ? help : $"did you mean {closest}? {help}";

    private static string Lines(string name, string error, string hint) => $"{name}: {Clean(error)}\n{char.ToUpperInvariant(hint[0])}{Clean(hint[1..])}.\n";

    private static string Clean(string text) => new([.. text.TrimEnd('.').Select(c => char.IsControl(c) ? '?' : c)]);

    internal static string NameOf(Command command) => command is RootCommand
        ? "loadshaper"
        : command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{NameOf(parent)} {command.Name}" : command.Name;
}

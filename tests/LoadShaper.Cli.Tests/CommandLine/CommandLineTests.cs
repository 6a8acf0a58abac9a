using System.CommandLine;
using LoadShaper.Cli.CommandLine;
using Xunit;

namespace LoadShaper.Cli.Tests.CommandLine;

/// <summary>What a mistyped command line answers, and how help is found.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("replya", "loadshaper: unknown command replya\nDid you mean replay? `loadshaper --help` lists the commands.\n")]
    [InlineData("helthcheck", "loadshaper: unknown command helthcheck\nDid you mean healthcheck? `loadshaper --help` lists the commands.\n")]
    [InlineData("health", "loadshaper: unknown command health\nDid you mean healthcheck? `loadshaper --help` lists the commands.\n")]
    [InlineData("start", "loadshaper: unknown command start\n`loadshaper --help` lists the commands.\n")]
    [InlineData("run --data-dri x", "loadshaper run: unknown option --data-dri\nDid you mean --data-dir? `loadshaper run --help` lists the options.\n")]
    [InlineData("config --explian=NOPE", "loadshaper config: unknown option --explian=NOPE\nDid you mean --explain? `loadshaper config --help` lists the options.\n")]
    [InlineData("doctor --nonsense", "loadshaper doctor: unknown option --nonsense\n`loadshaper doctor --help` lists the options.\n")]
    [InlineData("doctor now", "loadshaper doctor: unexpected argument now\n`loadshaper doctor --help` shows the options and an example.\n")]
    public async Task A_mistyped_word_is_answered_with_the_error_and_one_hint(string line, string error) =>
        Assert.Equal((ExitCode.Usage, "", error), await InvokeAsync(line));

    [Fact]
    public async Task An_option_without_its_value_is_answered_with_one_hint()
    {
        var (code, output, error) = await InvokeAsync("config --explain");
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Equal(2, error.Count(c => c == '\n'));
        Assert.EndsWith("`loadshaper config --help` shows the options and an example.\n", error);
    }

    [Fact]
    public async Task A_word_cannot_break_the_terminal()
    {
        var (_, _, error) = await InvokeAsync("\u001b[2J");
        Assert.DoesNotContain('\u001b', error);
    }

    [Fact]
    public async Task Without_a_command_the_help_is_shown()
    {
        var (code, output, _) = await InvokeAsync("");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("healthcheck", output);
        Assert.Contains("Examples:\n  loadshaper doctor\n", output);
    }

    [Fact]
    public async Task Help_and_version_are_commands_too()
    {
        Assert.Equal((await InvokeAsync("run --help")).Output, (await InvokeAsync("help run")).Output);
        Assert.Equal((await InvokeAsync("--help")).Output, (await InvokeAsync("help")).Output);
        Assert.Equal((await InvokeAsync("simulate memory --help")).Output, (await InvokeAsync("help simulate memory")).Output);
        Assert.Equal((ExitCode.Ok, VersionText.Line + "\n", ""), await InvokeAsync("version"));
        Assert.Equal((ExitCode.Usage, "", "loadshaper help: unknown command smulate\nDid you mean simulate?\n"), await InvokeAsync("help smulate"));
    }

    [Fact]
    public void Every_command_has_an_example_that_it_understands()
    {
        var root = Root.Create();
        foreach (var command in WithSubcommands(root))
        {
            var examples = Examples.For(command);
            Assert.True(examples.Count > 0, $"{UsageErrors.NameOf(command)} has no example");
            foreach (var example in examples)
            {
                // Without the settings before it and the redirection behind it.
                var words = example.Split(" > ")[0].Split(' ').SkipWhile(word => word.Contains('=')).ToArray();
                Assert.Equal("loadshaper", words[0]);
                Assert.Empty(root.Parse(words[1..]).Errors);
            }
        }
    }

    private static IEnumerable<Command> WithSubcommands(Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(WithSubcommands).Prepend(command);

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(string line)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var code = await Root.InvokeAsync(Root.Create(), words, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}

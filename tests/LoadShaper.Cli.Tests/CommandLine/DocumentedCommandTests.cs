using System.CommandLine;
using System.Text.RegularExpressions;
using LoadShaper.Cli.CommandLine;
using Xunit;

namespace LoadShaper.Cli.Tests.CommandLine;

/// <summary>Every command and option of LoadShaper that the pages show is one that it has.</summary>
public sealed partial class DocumentedCommandTests
{
    // Options of docker, helm, dotnet, install.sh and the scripts of bench and deploy.
    private static readonly string[] OfOthers =
    [
        "--build-arg", "--cgroup-parent", "--cpu-shares", "--cpus", "--env", "--from", "--network", "--read-only", "--uninstall", "--purge",
        "--filter", "--only", "--foreign", "--published", "--quick", "--runtime", "--namespace", "--set", "--platform", "--privileged", "--memory",
        "--max-burst-cpu",
    ];

    private static IEnumerable<string> Pages =>
        new[] { "README.md", "CONTRIBUTING.md", "SECURITY.md" }.Select(page => Path.Combine(RepositoryFolder.Path, page))
            .Concat(new[] { "docs", "deploy", "bench" }.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, folder), "*.md", SearchOption.AllDirectories)
                    .Concat(Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, folder), "NOTES.txt", SearchOption.AllDirectories))));

    [Fact]
    public void Every_command_line_of_the_pages_is_understood()
    {
        var root = Root.Create();
        var commands = Pages.SelectMany(page => Commands(File.ReadAllText(page)).Select(words => (Page: Path.GetFileName(page), Words: words))).ToList();

        // Fewer would mean that the search misses them.
        Assert.True(commands.Count > 60, $"{commands.Count} commands found");
        Assert.Empty(
            from command in commands
            let problem = Problem(root, command.Words)
            where problem is not null
            select $"{command.Page}: loadshaper {string.Join(' ', command.Words)}: {problem}");
    }

    [Fact]
    public void Every_option_of_the_pages_exists()
    {
        var known = WithSubcommands(Root.Create()).SelectMany(command => command.Options).SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet();

        Assert.Empty(
            from page in Pages
            from Match option in Option().Matches(File.ReadAllText(page))
            where !known.Contains(option.Groups[1].Value) && !OfOthers.Contains(option.Groups[1].Value)
            select $"{Path.GetFileName(page)}: {option.Groups[1].Value}");
    }

    [Theory]
    [InlineData("Run `loadshaper replay --from 1d`.", "replay --from 1d")]
    [InlineData("```sh\nsudo PROTECT_WITH=cpu loadshaper run --data-dir D   # comment\n```\n", "run --data-dir D")]
    [InlineData("```\n$ loadshaper doctor > out && true\nnot loadshaper at all\n```\n", "doctor")]
    [InlineData("```sh\ndocker exec loadshaper loadshaper status\n```\n", "status")]
    [InlineData("```sh\ndotnet src/LoadShaper.Cli/bin/Release/net10.0/loadshaper.dll run --data-dir \"$(mktemp -d)\"\n```\n", "run --data-dir $(mktemp -d)")]
    [InlineData("```sh\ndocker run -d --name loadshaper \\\n  -v data:/data loadshaper\n```\n", null)]
    public void A_command_is_found_where_a_shell_would_run_one(string page, string? command) =>
        Assert.Equal(command is null ? [] : [command], Commands(page).Select(words => string.Join(' ', words)));

    [Theory]
    [InlineData("replya", false)]
    [InlineData("replay --form 1d", false)]
    [InlineData("load run", true)]
    [InlineData("explain WORD", true)]
    public void A_wrong_command_is_a_problem(string line, bool good) => Assert.Equal(good, Problem(Root.Create(), line.Split(' ')) is null);

    private static string? Problem(RootCommand root, IReadOnlyList<string> words)
    {
        var parsed = root.Parse(words);
        if (parsed.UnmatchedTokens.Count > 0)
            return $"unknown {parsed.UnmatchedTokens[0]}";
        // A page names a command without its arguments, and an option without its value.
        return parsed.Errors.FirstOrDefault(error => !error.Message.StartsWith("Required", StringComparison.Ordinal))?.Message;
    }

    private static IEnumerable<string[]> Commands(string page)
    {
        var blocks = Block().Matches(page).SelectMany(block => block.Groups[1].Value.Replace("\\\n", " ").Split('\n'));
        var spans = Span().Matches(Block().Replace(page, "")).Select(span => span.Groups[1].Value);
        return
            from line in blocks.Concat(spans)
            from part in Separator().Split(Comment().Replace(line, ""))
            let command = Command().Match(part)
            where command.Success
            select Word().Matches(command.Groups[1].Value).Select(word => word.Value.Trim('"', '\'')).ToArray();
    }

    private static IEnumerable<Command> WithSubcommands(Command command) => command.Subcommands.SelectMany(WithSubcommands).Prepend(command);

    [GeneratedRegex(@"^```[^\n]*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"(?:^|\s)#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"&&|\|\||[|;]|\s>>?\s|<\(|;\s*do\s")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^\s*(?:\$ )?(?:do )?(?:sudo )?(?:[A-Z_0-9]+=\S* )*(?:docker exec loadshaper |kubectl exec \S+ -- )?(?:loadshaper|dotnet \S*loadshaper\.dll)(?:\s+(.*?))?\)?\s*$")]
    private static partial Regex Command();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"`(--[a-z][a-z-]+)")]
    private static partial Regex Option();
}

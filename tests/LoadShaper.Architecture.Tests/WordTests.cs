using System.Text.RegularExpressions;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>Keeps literary words out of code and documentation: many readers' first language is not English.</summary>
public sealed partial class WordTests
{
    private static readonly string[] Folders = ["src/", "docs/", "hocon/", "config-templates/", "deploy/"];

    private static readonly string[] Pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

    [Fact]
    public void Code_and_documentation_use_plain_words()
    {
        var found =
            from file in Repository.Files
            where Pages.Contains(file) || Folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))
            from line in Repository.Read(file).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
            from Match word in Literary().Matches(Required().Replace(line.Text, ""))
            select $"{file}:{line.Number}: \"{word.Value}\". Use the field's term: report, retry, resume, exit, fix, again, without end, or, is, other processes.";

        Offenders.None(found);
    }

    [Fact]
    public void The_names_of_types_and_methods_are_terms_of_the_field()
    {
        var found =
            from file in Repository.Code("src")
            from Match name in LiteraryName().Matches(Repository.Read(file))
            select $"{file}: {name.Value.Trim()}";

        Offenders.None(found);
    }

    [Theory]
    [InlineData("the readings begin anew")]
    [InlineData("neither this nor that")]
    [InlineData("Nobody listens")]
    [InlineData("what is wrong is told all at once")]
    [InlineData("Risk of harm: none")]
    [InlineData("it retries for ever")]
    [InlineData("// Mended by the next start.")]
    public void The_list_finds(string text) => Assert.Matches(Literary(), text);

    [Theory]
    [InlineData("_statusTo.Tell(status);")]
    [InlineData("private IActorRef _sampler = ActorRefs.Nobody;")]
    [InlineData("the target is met, the minor version, an hour, intelligible, whose")]
    public void The_list_leaves_alone(string text) => Assert.DoesNotMatch(Literary(), Required().Replace(text, ""));

    // What is left out on purpose: "met" and "whose", which have a plain use.
    [GeneratedRegex(
        @"\b(mend(s|ed|ing)?|anew|for\s?ever|nor|likewise|heed(s|ed|ing)?|bury|buries|buried|hears?|heard|tells?|told|telling"
        + @"|nobody|somebody|everybody|everyone|who|whom|whoever|whatever|stands|stood|thus|hence|thereby|lest|in vain|harms?)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Literary();

    // Names that are not ours to choose: Akka's, the JSON field `mend` of earlier versions, and the system user of a cron line.
    [GeneratedRegex(@"\bTell\(|\bActorRefs\.Nobody\b|\bMend = |\* nobody\b")]
    private static partial Regex Required();

    [GeneratedRegex(@"\b(class|struct|record|enum|interface)\s+\w*(Words|Story|Tale)\b|\b(void|Task|bool|string|int)\s+(Hear|Heard|Meet|Bury|Mend|Heed|Told)\w*\(")]
    private static partial Regex LiteraryName();
}

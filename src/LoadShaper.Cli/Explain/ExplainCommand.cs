using System.CommandLine;
using System.CommandLine.Completions;

namespace LoadShaper.Cli.Explain;

/// <summary>`loadshaper explain WORD`: the meaning of a word that LoadShaper prints.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var word = new Argument<string[]>("WORD") { Description = "A term or a field, for example UNKNOWN, needed, gate.position.", Arity = ArgumentArity.ZeroOrMore };
        word.CompletionSources.Add(_ => GlossaryTerms.All.Where(term => !term.Name.Contains(' ')).Select(term => new CompletionItem(term.Name)));
        var markdown = new Option<bool>("--markdown") { Description = "The whole glossary as Markdown, as in docs/glossary.md." };
        var command = new Command("explain", "Explain a word of the log, of /health or of /metrics. Example: loadshaper explain UNKNOWN") { word, markdown };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(markdown))
            {
                output.Write(Glossary.Markdown());
                return ExitCode.Ok;
            }

            var asked = string.Join(' ', parsed.GetValue(word) ?? []);
            if (asked == "")
            {
                output.WriteLine("Usage: loadshaper explain WORD. Known words:");
                output.WriteLine(string.Join(", ", GlossaryTerms.All.Select(term => term.Name)));
                output.WriteLine("and every field of the telemetry line, of /health and of /metrics.");
                return ExitCode.Ok;
            }

            var found = Glossary.Find(asked);
            if (found.Count == 0)
            {
                error.WriteLine($"explain: unknown word '{asked}'. `loadshaper explain` lists the words; `loadshaper config --explain NAME` explains a setting.");
                return ExitCode.Usage;
            }

            foreach (var term in found)
            {
                output.WriteLine($"{term.Name} ({Glossary.PlaceName(term.Place)}{(term.Unit == "" ? "" : $"; {term.Unit}")})");
                output.WriteLine($"  {term.Meaning}");
            }
            return ExitCode.Ok;
        });
        return command;
    }
}

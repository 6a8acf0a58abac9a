using System.CommandLine;
using LoadShaper.LoadTest;
using LoadShaper.LoadTest.Comparison;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.Cli.Load;

/// <summary>Copies a run into a store and deletes what is past its retention; `load archive` and `load baseline` share it.</summary>
internal sealed class StoreOptions(string defaultStore)
{
    private readonly Argument<string> _directory = new("dir") { Description = "Directory of the run.", HelpName = "DIR" };
    private readonly Option<string> _store = new("--to") { Description = "Where the copies are kept.", HelpName = "DIR", DefaultValueFactory = _ => defaultStore };
    private readonly Option<int?> _keep = new("--keep") { Description = "Most runs to keep; older ones are deleted.", HelpName = "N" };
    private readonly Option<string?> _maxAge = new("--max-age") { Description = "Runs that started longer ago are deleted.", HelpName = "90d" };

    public void AddTo(Command command)
    {
        command.Add(_directory);
        command.Add(_store);
        command.Add(_keep);
        command.Add(_maxAge);
    }

    /// <param name="files">Which files of the run are copied.</param>
    /// <param name="check">Null, or why the run must not be stored.</param>
    /// <param name="byScenario">Whether each scenario has its own directory in the store.</param>
    public int Run(ParseResult parsed, IReadOnlyList<string> files, Func<ComparisonSide, string?> check, bool byScenario)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        TimeSpan? maxAge = null;
        if (parsed.GetValue(_maxAge) is { } text)
        {
            if (!Units.TryDuration(text, out var age) || age == TimeSpan.Zero)
            {
                error.WriteLine($"--max-age \"{text}\" is not valid; expected {Units.DurationExpected}, above 0");
                return LoadExitCode.Usage;
            }
            maxAge = age;
        }
        if (parsed.GetValue(_keep) < 1)
        {
            error.WriteLine($"--keep is {parsed.GetValue(_keep)}; expected at least 1");
            return LoadExitCode.Usage;
        }
        try
        {
            var side = RunSamples.Read(parsed.GetValue(_directory)!);
            if (check(side) is { } refusal)
            {
                error.WriteLine(refusal);
                return LoadExitCode.Invalid;
            }
            var store = byScenario ? Path.Combine(parsed.GetValue(_store)!, RunStore.DirectoryName(side.Summaries[0])) : parsed.GetValue(_store)!;
            output.WriteLine($"stored: {RunStore.Add(parsed.GetValue(_directory)!, store, files)}");
            foreach (var deleted in RunStore.Prune(store, DateTimeOffset.UtcNow, parsed.GetValue(_keep), maxAge))
                output.WriteLine($"deleted: {deleted}");
            return LoadExitCode.Ok;
        }
        catch (FormatException e)
        {
            error.WriteLine(e.Message);
            return LoadExitCode.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"the run cannot be stored in {parsed.GetValue(_store)}: {e.Message}; expected a directory with write permission and free space");
            return LoadExitCode.Failure;
        }
    }
}

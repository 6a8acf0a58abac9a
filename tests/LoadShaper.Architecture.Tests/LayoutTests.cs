using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>A folder is a topic, and its name is its namespace.</summary>
public sealed partial class LayoutTests
{
    /// <summary>Where the topics of the Daemon meet.</summary>
    private static readonly string[] MeetingPlaces = ["Supervision", "Hosting"];

    [Fact]
    public void A_namespace_is_the_name_of_its_folder()
    {
        var elsewhere =
            from file in Repository.Code("src").Concat(Repository.Code("tests"))
            let spaces = NamespaceLine().Matches(Repository.Read(file))
            where spaces.Count > 0 && (spaces.Count > 1 || spaces[0].Groups[1].Value != NamespaceOf(file))
            select file;

        Offenders.None(elsewhere);
    }

    [Fact]
    public void Only_a_program_or_its_global_usings_have_no_namespace()
    {
        var without = Repository.Code("src").Concat(Repository.Code("tests"))
            .Where(file => Path.GetFileName(file) is not ("Program.cs" or "GlobalUsings.cs" or "AssemblyInfo.cs"))
            .Where(file => !NamespaceLine().IsMatch(Repository.Read(file)));

        Offenders.None(without);
    }

    [Fact]
    public void A_topic_of_the_daemon_names_no_other_folder_of_it()
    {
        var daemon = Assembly.Load("LoadShaper.Daemon");
        var uses =
            from type in daemon.GetTypes()
            let folder = FolderOf(type)
            where folder is not null && !MeetingPlaces.Contains(folder)
            from used in TypeUses.Of(type)
            let other = FolderOf(used)
            where used.Assembly == daemon && other is not null && other != folder
            select $"{type.FullName} names {used.FullName}";

        Offenders.None(uses.Distinct());
    }

    [Fact]
    public void The_topics_of_the_Domain_depend_on_each_other_in_one_direction_only()
    {
        var domain = Assembly.Load("LoadShaper.Domain");
        var uses =
            from type in domain.GetTypes()
            let topic = TopicOf(type)
            where topic is not null
            from used in TypeUses.Of(type)
            let other = used.Assembly == domain ? TopicOf(used) : null
            where other is not null && other != topic
            select (From: topic, To: other, Use: $"{type.Name} names {used.Name}");
        var needs = uses.ToLookup(use => use.From, use => use.To);

        Offenders.None(uses.Where(use => Reaches(needs, use.To, use.From)).Select(use => $"{use.From} -> {use.To}: {use.Use}").Distinct());
    }

    [Fact]
    public void A_source_file_has_at_most_400_lines_and_a_folder_at_most_20_files()
    {
        var files = Repository.Code("src").ToList();

        Offenders.None(files.Where(file => Repository.Read(file).Count(c => c == '\n') > 400));
        Offenders.None(files.GroupBy(file => Path.GetDirectoryName(file)).Where(folder => folder.Count() > 20).Select(folder => folder.Key!));
    }

    [Fact]
    public void Every_project_but_those_of_bench_is_in_the_solution()
    {
        var solution = Repository.Read("LoadShaper.sln").Replace('\\', '/');

        var missing = Repository.Projects
            .Where(p => p.StartsWith("src/", StringComparison.Ordinal) || p.StartsWith("tests/", StringComparison.Ordinal))
            .Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal));

        Offenders.None(missing);
    }

    [Fact]
    public void No_file_names_a_path_of_the_machine_it_was_written_on()
    {
        var naming = Repository.Files
            .Where(f => !f.Contains("/Fixtures/", StringComparison.Ordinal) && Path.GetFileName(f) != "LayoutTests.cs")
            .Where(f => MachinePath().IsMatch(Repository.Read(f)));

        Offenders.None(naming);
    }

    /// <summary>The first folder below the project; null for what stands in the project's own folder or is the compiler's.</summary>
    private static string? FolderOf(Type type) =>
        type.Namespace?.Split('.') is ["LoadShaper", "Daemon", var folder, ..] ? folder : null;

    private static string? TopicOf(Type type) =>
        type.Namespace?.Split('.') is ["LoadShaper", "Domain", var topic, ..] ? topic : null;

    private static bool Reaches(ILookup<string, string> needs, string from, string to)
    {
        var seen = new HashSet<string> { from };
        var next = new Queue<string>(seen);
        while (next.TryDequeue(out var topic))
        {
            if (topic == to)
                return true;
            foreach (var needed in needs[topic].Where(seen.Add))
                next.Enqueue(needed);
        }

        return false;
    }

    private static string NamespaceOf(string file) =>
        string.Join('.', Path.GetDirectoryName(file)!.Replace('\\', '/').Split('/').Skip(1));

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;?", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"(?<![\w.)}])(/work/|/home/(?!opc/|ubuntu/)\w+/|/Users/\w+/|[A-Z]:\\Users\\)")]
    private static partial Regex MachinePath();
}

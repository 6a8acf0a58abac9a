using System.Text.RegularExpressions;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>An actor thread never waits, and a task that an actor begins has a result in every case.</summary>
public sealed partial class ActorRuleTests
{
    [Fact]
    public void Every_PipeTo_handles_a_failure()
    {
        var silent =
            from file in Repository.Code("src")
            from statement in Statements(file)
            where statement.Contains(".PipeTo(", StringComparison.Ordinal) && !statement.Contains("failure:", StringComparison.Ordinal)
            select $"{file}: {statement.Trim()}";

        Offenders.None(silent);
    }

    [Fact]
    public void Every_task_that_an_actor_runs_is_piped_to_an_actor()
    {
        var lost =
            from file in Actors()
            let code = Repository.Read(file)
            where TaskRun().Count(code) != TaskRunPiped().Count(code)
            select file;

        Offenders.None(lost);
    }

    [Fact]
    public void No_actor_and_no_holder_that_it_calls_waits()
    {
        var waits =
            from file in Actors().Concat(Repository.Code("src").Where(file => Path.GetFileName(file) is "HolderProcess.cs" or "HolderThread.cs"))
            from Match wait in Waits().Matches(Repository.Read(file))
            select $"{file}: {wait.Value}";

        Offenders.None(waits);
    }

    [Fact]
    public void The_rules_find_actors()
    {
        var names = Actors().Select(Path.GetFileName).ToList();

        Assert.Contains("P95Supervisor.cs", names);
        Assert.Contains("P95Controller.cs", names);
        Assert.Contains("NetworkFallback.cs", names);
        Assert.True(Waits().IsMatch("listening.Wait(second)") && Waits().IsMatch("thread.Join()") && Waits().IsMatch("task.Result;"));
    }

    private static IEnumerable<string> Actors() => Repository.Code("src").Where(file => ActorClass().IsMatch(Repository.Read(file)));

    // Of a statement with a lambda of several statements, the last part with what follows the lambda.
    private static IEnumerable<string> Statements(string file) => Repository.Read(file).Split(";\n");

    [GeneratedRegex(@":\s*(ReceiveActor|ReceivePersistentActor|UntypedActor|UntypedPersistentActor|FSM<|PersistentFSM<)")]
    private static partial Regex ActorClass();

    [GeneratedRegex(@"Task\.Run\(")]
    private static partial Regex TaskRun();

    [GeneratedRegex(@"Task\.Run\((?:(?!Task\.Run\().)*?\.PipeTo\(", RegexOptions.Singleline)]
    private static partial Regex TaskRunPiped();

    [GeneratedRegex(@"\.Wait\(|\.WaitOne\(|\.Join\(\)|\.Result\s*[;,)]|GetAwaiter\(\)\.GetResult\(\)|Thread\.Sleep\(|\.WaitForExit\(")]
    private static partial Regex Waits();
}

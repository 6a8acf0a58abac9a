using System.Collections.Concurrent;
using LoadShaper.Cli.Load.Distribution;
using Xunit;

namespace LoadShaper.Cli.Tests.Load.Distribution;

public sealed class ChildProcessesTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<(string Name, int Code)> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Errors_of_a_child_carry_its_name_and_its_output_is_not_shown()
    {
        await using (await StartAsync(new StopLimits(Long, Long), "echo joined; echo refused >&2"))
        {
            // Disposal waits for the end.
        }

        Assert.Equal(["child 1: refused"], _lines);
    }

    [Fact]
    public async Task An_exit_code_other_than_0_is_reported_with_the_last_line()
    {
        await using var children = await StartAsync(new StopLimits(Long, Long), "echo joined; echo the coordinator was lost; exit 5");

        Assert.Equal(("child 1", 5), await _failed.Task.WaitAsync(Long));
        Assert.Matches(@"^child 1 \(process \d+\) ended with exit code 5; its last line: ""the coordinator was lost""$", Assert.Single(_lines));
    }

    [Fact]
    public async Task A_child_that_does_not_end_by_itself_gets_SIGTERM()
    {
        await (await StartAsync(new StopLimits(TimeSpan.Zero, Long), "exec sleep 600", "exec sleep 600")).DisposeAsync();

        Assert.Equal(2, _lines.Count(l => l.EndsWith("ended with exit code 143", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_child_that_ignores_SIGTERM_is_killed()
    {
        var children = await StartAsync(new StopLimits(TimeSpan.Zero, TimeSpan.Zero), "trap '' TERM; echo ready >&2; exec sleep 600");
        await _firstLine.Task.WaitAsync(Long);
        await children.DisposeAsync();

        Assert.Contains(_lines, l => l.EndsWith("ended with exit code 137", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_clear_error_and_ends_the_others()
    {
        var started = new[] { new ChildCommand("first", "sleep", ["600"]), new ChildCommand("second", "/missing/program", []) };

        var e = await Assert.ThrowsAsync<IOException>(() => ChildProcesses.StartAsync(started, OnLine, new StopLimits(TimeSpan.Zero, Long), OnFailed));

        Assert.StartsWith("second cannot be started: /missing/program: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(_lines, l => l.StartsWith("first (process ", StringComparison.Ordinal) && l.EndsWith("ended with exit code 143", StringComparison.Ordinal));
    }

    private Task<ChildProcesses> StartAsync(StopLimits limits, params string[] scripts) =>
        ChildProcesses.StartAsync(scripts.Select((script, i) => new ChildCommand($"child {i + 1}", "bash", ["-c", script])), OnLine, limits, OnFailed);

    private void OnFailed(ChildCommand child, int code) => _failed.TrySetResult((child.Name, code));

    private void OnLine(string line)
    {
        _lines.Enqueue(line);
        _firstLine.TrySetResult();
    }
}

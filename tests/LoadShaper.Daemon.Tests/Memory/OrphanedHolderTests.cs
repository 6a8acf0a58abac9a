using System.Diagnostics;
using LoadShaper.Daemon.Memory;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>What becomes of a holder whose daemon is killed.</summary>
[Collection(RealMemory.Name)]
public sealed class OrphanedHolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loadshaper-orphan-");
    private readonly List<int> _started = [];

    public void Dispose()
    {
        foreach (var pid in _started.Where(Lives))
            Kill(pid);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void SIGKILL_to_its_parent_ends_it() => ParentDies(keepInputOpen: false);

    [Fact]
    public void It_ends_even_if_something_else_keeps_its_input_open() => ParentDies(keepInputOpen: true);

    private void ParentDies(bool keepInputOpen)
    {
        var command = HolderCommandLine.OfThisProcess();
        var hold = string.Join(' ', command.Arguments.Prepend(command.FileName).Select(word => $"'{word}'"));

        // A parent that holds the one end of a pipe, as the daemon does, and hears when its child holds memory.
        var script = $"""
            mkfifo in
            {hold} < in > out & echo $! > holder
            {(keepInputOpen ? "sleep 600 > in & echo $! > keeper" : "")}
            exec 3> in
            printf 'settings 104857600 33554432 90 5 1\nhold 67108864 0\n' >&3
            wait
            """;
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = _folder.FullName })!;
        _started.Add(parent.Id);
        Eventually.Holds(() => Read("out").Contains("holding 67108864", StringComparison.Ordinal), () => $"the holder says {Read("out")}");
        var holder = int.Parse(Read("holder"));
        _started.Add(holder);
        if (keepInputOpen)
            _started.Add(int.Parse(Read("keeper")));

        parent.Kill();

        Eventually.Holds(() => !Lives(holder), () => "the holder outlived its parent");
    }

    private string Read(string file) => File.Exists(Path.Combine(_folder.FullName, file)) ? File.ReadAllText(Path.Combine(_folder.FullName, file)) : "";

    /// <summary>A zombie has given everything back; who adopts it may take long to bury it.</summary>
    private static bool Lives(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("State:", StringComparison.Ordinal)) is var state && !state.Contains('Z');
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }
}

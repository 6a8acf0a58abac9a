using System.Globalization;

namespace LoadShaper.LoadTest.Soak;

/// <summary>One process of this machine, or all processes of one container, from /proc.</summary>
/// <param name="root">"/" on a machine.</param>
/// <param name="processes">The process ids now.</param>
public sealed class ProcessProbe(string root, string source, Func<IReadOnlyList<int>> processes) : ITargetProbe
{
    private const int FewestIdCharacters = 12;

    public string Source => source;

    public static ProcessProbe OfProcess(string root, int id) => new(root, $"process {id}", () => [id]);

    /// <param name="id">At least 12 characters of the id that the runtime gave the container.</param>
    /// <returns>Null when the id is not one.</returns>
    public static ProcessProbe? OfContainer(string root, string id) => id.Length < FewestIdCharacters || !id.All(char.IsAsciiHexDigitLower) ? null
        : new ProcessProbe(root, $"container {id[..FewestIdCharacters]}", () => Members(root, id));

    public Task<TargetReading?> ReadAsync(CancellationToken cancel)
    {
        long rss = 0, threads = 0;
        long? descriptors = 0;
        var instances = new List<string>();
        foreach (var id in processes())
        {
            var status = Text($"proc/{id}/status");
            if (Field(status, "VmRSS:") is not { } kib)
                continue;
            rss += kib << 10;
            threads += Field(status, "Threads:") ?? 0;
            descriptors += Descriptors(id);
            instances.Add($"{id} {StartTime(id)}");
        }
        // Processes of a container come and go; the first one is the container.
        return Task.FromResult(instances.Count == 0 ? null : new TargetReading(rss, descriptors, threads, instances[0]));
    }

    public void Dispose()
    {
    }

    private static List<int> Members(string root, string id)
    {
        var members = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories(Path.Combine(root, "proc")))
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && Read(Path.Combine(directory, "cgroup")).Contains(id, StringComparison.Ordinal))
                members.Add(process);
        members.Sort();
        return members;
    }

    private long? Descriptors(int id)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(root, $"proc/{id}/fd")).Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the owner of the process may see them.
            return null;
        }
    }

    /// <summary>Field 22 of stat, counted after the name in parentheses.</summary>
    private string StartTime(int id) => Text($"proc/{id}/stat") is var stat && stat.LastIndexOf(')') is > 0 and var name && stat[(name + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 19 } fields ? fields[19] : "";

    private static long? Field(string status, string name) =>
        status.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[name.Length..].Replace("kB", "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private string Text(string path) => Read(Path.Combine(root, path));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

namespace LoadShaper.Daemon.Configuration;

/// <summary>A path with every symbolic link in it resolved, as realpath(3) does.</summary>
internal static class RealPath
{
    // As many as the kernel follows.
    private const int MostLinks = 40;

    /// <returns>The path itself where a part does not exist or cannot be read: what follows is kept as it is.</returns>
    public static string Of(string path)
    {
        var links = 0;
        var left = new Stack<string>(Parts(Path.GetFullPath(path)));
        var real = "/";
        while (left.TryPop(out var part))
        {
            var next = Path.Combine(real, part);
            if (TargetOf(next) is { } target && ++links <= MostLinks)
            {
                foreach (var piece in Parts(Path.GetFullPath(target, real)))
                    left.Push(piece);
                real = "/";
            }
            else
            {
                real = next;
            }
        }
        return real;
    }

    // In the order of a stack: the first part is on top.
    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse();

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

namespace LoadShaper.Daemon.Tests;

/// <summary>The recorded and composed machines of tests/Fixtures/proc.</summary>
internal static class Machine
{
    public static string Root(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Join(folder.FullName, "LoadShaper.sln")))
                return Path.Join(folder.FullName, "tests", "Fixtures", "proc", name);
        throw new DirectoryNotFoundException("These tests run from a build inside the repository.");
    }
}

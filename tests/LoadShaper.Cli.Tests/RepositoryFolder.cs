namespace LoadShaper.Cli.Tests;

/// <summary>The folder of the repository that this build is in.</summary>
internal static class RepositoryFolder
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Join(folder.FullName, "LoadShaper.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("These tests run from a build inside the repository.");
    }
}

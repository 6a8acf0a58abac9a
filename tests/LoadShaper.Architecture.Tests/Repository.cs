using System.Xml.Linq;

namespace LoadShaper.Architecture.Tests;

/// <summary>The repository these tests were built in.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules", ".git", ".vs", ".idea"];

    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Every file of the tree that a person wrote, as a path relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. FilesUnder(new DirectoryInfo(Root)).Select(f => Path.GetRelativePath(Root, f.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Projects => Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal));

    public static IEnumerable<string> Code(string folder) =>
        Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static XElement ReadXml(string file) => XElement.Load(Path.Combine(Root, file), LoadOptions.PreserveWhitespace);

    public static string NameOf(string project) => Path.GetFileNameWithoutExtension(project);

    private static IEnumerable<FileInfo> FilesUnder(DirectoryInfo directory) =>
        directory.EnumerateFiles().Where(f => !Generated.Contains(f.Name)).Concat(
            directory.EnumerateDirectories().Where(d => !Generated.Contains(d.Name)).SelectMany(FilesUnder));

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "LoadShaper.sln"))
            ? directory
            : FindRoot(Path.GetDirectoryName(directory)
                ?? throw new DirectoryNotFoundException("No LoadShaper.sln above the tests; run them from where they were built."));
}

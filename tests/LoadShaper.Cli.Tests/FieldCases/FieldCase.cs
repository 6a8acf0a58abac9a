namespace LoadShaper.Cli.Tests.FieldCases;

/// <summary>The files of tests/Fixtures/field-cases.</summary>
internal static class FieldCase
{
    public static string PathOf(string name, string file) => Path.Join(RepositoryFolder.Path, "tests", "Fixtures", "field-cases", name, file);

    /// <summary>As `docker --env-file` reads it: everything after the first = is the value, quotation marks included.</summary>
    public static Dictionary<string, string> Environment(string name, string file) =>
        File.ReadAllLines(PathOf(name, file)).Where(line => line.Contains('=')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}

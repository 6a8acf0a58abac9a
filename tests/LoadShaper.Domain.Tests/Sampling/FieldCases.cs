namespace LoadShaper.Domain.Tests.Sampling;

/// <summary>Inputs of faults that were reported from the field: tests/Fixtures/field-cases.</summary>
internal static class FieldCases
{
    public static byte[] Read(string name, string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Join(folder.FullName, "LoadShaper.sln")))
                return File.ReadAllBytes(Path.Join(folder.FullName, "tests", "Fixtures", "field-cases", name, file));
        throw new InvalidOperationException("the repository was not found above the tests");
    }
}

using System.Security.Cryptography;
using LoadShaper.LoadTest.Scenarios;
using LoadShaper.LoadTest.Scenarios.Yaml;

namespace LoadShaper.LoadTest.Distribution;

/// <summary>A file that a scenario reads.</summary>
/// <param name="Path">As the scenario of the package names it.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record PackageFile(string Path, string Sha256, long Length);

/// <summary>
/// A scenario that can be opened on another machine: scenario.resolved.yaml, the values of the environment variables that it
/// uses, and which files it reads. The content of the files travels separately, by hash.
/// </summary>
public sealed class ScenarioPackage
{
    public const byte Version = 1;

    /// <summary>Largest encoded package.</summary>
    public const int MostBytes = 8 << 20;
    public const int MostFiles = 1_000;
    private const int MostVariables = 1_000;
    private const int MostText = 4 << 20;
    private const string What = "scenario package";

    private readonly Dictionary<string, byte[]> _contents = [];

    private ScenarioPackage(string source, string yaml, IReadOnlyList<PackageFile> files, IReadOnlyDictionary<string, string> environment) =>
        (Source, Yaml, Files, Environment) = (source, yaml, files, environment);

    /// <summary>The file or URL as the operator wrote it.</summary>
    public string Source { get; }

    /// <summary>scenario.resolved.yaml.</summary>
    public string Yaml { get; }

    public IReadOnlyList<PackageFile> Files { get; }

    /// <summary>The values of those environment variables that the scenario uses, and no others. They may be secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <param name="directory">What relative paths of the scenario start from.</param>
    /// <exception cref="ScenarioException">A file cannot be read any more, or the package is too large.</exception>
    public static ScenarioPackage Of(Scenario scenario, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var yaml = ResolvedYaml.Write(scenario, directory);
        var used = new UsedVariables(environment);
        var contents = new Dictionary<string, byte[]>();
        var files = new List<PackageFile>();
        // Reading it again shows exactly what a worker will need.
        new ScenarioReader(scenario.Source, path => Read(path, files, contents), used).Read(scenario.Name, yaml);
        var package = new ScenarioPackage(scenario.Source, yaml, files, used.Values);
        foreach (var (sha256, content) in contents)
            package._contents[sha256] = content;
        var problem = files.Count > MostFiles ? $"{files.Count} files; expected at most {MostFiles} for a run on several machines"
            : used.Values.Count > MostVariables ? $"{used.Values.Count} environment variables; expected at most {MostVariables} for a run on several machines"
            : package.Encode().Length > MostBytes ? $"the scenario without its files has more than {Units.FormatSize(MostBytes)}; expected less for a run on several machines"
            : null;
        return problem is null ? package : throw new ScenarioException([new ScenarioProblem(scenario.Source, 0, 0, problem)]);
    }

    /// <summary>The content of a file of a package made by <see cref="Of"/>; null for another hash.</summary>
    public ReadOnlyMemory<byte>? Content(string sha256)
    {
        if (_contents.TryGetValue(sha256, out var content))
            return content;
        return null;
    }

    public byte[] Encode()
    {
        var to = new MessageWriter();
        to.Byte(Version);
        to.Text(Source);
        to.Text(Yaml);
        to.List(Files, file =>
        {
            to.Text(file.Path);
            to.Raw(Convert.FromHexString(file.Sha256));
            to.Number(file.Length);
        });
        to.List(Environment, variable =>
        {
            to.Text(variable.Key);
            to.Text(variable.Value);
        });
        return to.Sealed();
    }

    /// <exception cref="FormatException">The bytes are damaged, too many or of an unknown version.</exception>
    public static ScenarioPackage Decode(ReadOnlySpan<byte> bytes)
    {
        var from = MessageReader.OfSealed(What, bytes, MostBytes);
        if (from.Byte("version") is var version && version != Version)
            throw from.Problem("version", $"{version}; expected {Version}. Use the same release of loadshaper on all machines");
        var (source, yaml) = (from.Text("source", MostText), from.Text("scenario", MostBytes));
        var files = new PackageFile[from.Count("files", MostFiles)];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = new PackageFile(from.Text("file"), Convert.ToHexStringLower(from.Raw("file hash", SHA256.HashSizeInBytes)), from.Number("file length"));
            if (files[i].Length is < 0 or > DataFile.MostBytes)
                throw from.Problem("file length", $"{files[i].Length} bytes; expected at most {DataFile.MostBytes}");
        }

        var environment = new Dictionary<string, string>();
        for (var left = from.Count("environment variables", MostVariables); left > 0; left--)
            environment[from.Text("environment variable")] = from.Text("value", MostText);
        from.End();
        return new ScenarioPackage(source, yaml, files, environment);
    }

    /// <param name="content">The content by hash; null: not there. It is checked against its hash.</param>
    /// <exception cref="ScenarioException">The scenario is wrong, or a file is missing or differs from its hash.</exception>
    public Scenario Open(Func<string, ReadOnlyMemory<byte>?> content)
    {
        var reader = new ScenarioReader(Source, Read, Environment);
        return new ScenarioOverrides().Apply(reader.Read(System.IO.Path.GetFileNameWithoutExtension(Source), Yaml));

        FileText Read(string path)
        {
            if (Files.FirstOrDefault(file => file.Path == path) is not { } file)
                return new FileText(null, "it is not in the package of the coordinator");
            if (content(file.Sha256) is not { } bytes)
                return new FileText(null, "its content was not received");
            return HashOf(bytes.Span) == file.Sha256 ? new FileText(TextOf(bytes), null) : new FileText(null, "its content differs from its hash");
        }
    }

    /// <summary>The hash that names a content.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static FileText Read(string path, List<PackageFile> files, Dictionary<string, byte[]> contents)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > DataFile.MostBytes)
                return new FileText(null, $"it has {Units.FormatSize(info.Length)} bytes; expected at most {Units.FormatSize(DataFile.MostBytes)}");
            var content = File.ReadAllBytes(path);
            var sha256 = HashOf(content);
            if (files.All(file => file.Path != path))
                files.Add(new PackageFile(path, sha256, content.Length));
            contents[sha256] = content;
            return new FileText(TextOf(content), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new FileText(null, e.Message);
        }
    }

    // The same detection of the encoding as in File.ReadAllText.
    private static string TextOf(ReadOnlyMemory<byte> content)
    {
        using var reader = new StreamReader(new MemoryStream(content.ToArray()));
        return reader.ReadToEnd();
    }

    /// <summary>The environment, remembering which of its variables were used.</summary>
    private sealed class UsedVariables(IReadOnlyDictionary<string, string> all) : IReadOnlyDictionary<string, string>
    {
        public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

        public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);
        public IEnumerable<string> Keys => all.Keys;
        IEnumerable<string> IReadOnlyDictionary<string, string>.Values => all.Values;
        public int Count => all.Count;

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string value)
        {
            if (!all.TryGetValue(key, out value))
                return false;
            Values[key] = value;
            return true;
        }

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => all.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

using System.Net.Sockets;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Scenarios.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LoadShaper.LoadTest.Scenarios;

/// <summary>The request of the URL form of the command line.</summary>
/// <param name="Headers">As "Name: value".</param>
public sealed record UrlRequest(string Method = "GET", IReadOnlyList<string>? Headers = null, string? Body = null);

/// <summary>Reads a scenario file, or makes a scenario of a URL.</summary>
public static class ScenarioLoader
{
    private const long MostFile = 4L << 20;

    /// <summary>The load of the URL form when nothing says otherwise: little enough for any service.</summary>
    public static readonly IReadOnlyList<LoadPhase> DefaultLoad = [new ConstantRate(50, TimeSpan.FromSeconds(10))];

    public static bool IsUrl(string text) => text.Contains("://") || text.StartsWith("unix:", StringComparison.Ordinal);

    /// <param name="text">A path or a URL.</param>
    /// <exception cref="ScenarioException">All problems; nothing was sent.</exception>
    public static Scenario Load(string text, ScenarioOverrides overrides, IReadOnlyDictionary<string, string> environment, UrlRequest? request = null)
    {
        if (IsUrl(text))
        {
            var scenario = FromUrl(text, request ?? new UrlRequest(), environment);
            if (overrides.Phases is null)
                overrides = overrides with
                {
                    Phases = overrides.Duration is { } duration ? [DefaultLoad[0] with { Duration = duration }] : DefaultLoad,
                    Duration = null,
                };
            return overrides.Apply(scenario);
        }
        var file = ReadFile(text, MostFile);
        if (file.Text is null)
            throw new ScenarioException([new ScenarioProblem(text, 0, 0, $"cannot be read: {file.Error}; expected a scenario file or a URL such as http://127.0.0.1:8080/")]);
        return FromText(text, file.Text, overrides, environment, Path.GetDirectoryName(Path.GetFullPath(text))!);
    }

    /// <param name="directory">What relative paths of data and body files start from.</param>
    public static Scenario FromText(
        string source, string yaml, ScenarioOverrides overrides, IReadOnlyDictionary<string, string> environment, string directory)
    {
        var reader = new ScenarioReader(source, path => ReadFile(Path.Combine(directory, path), DataFile.MostBytes), environment);
        return overrides.Apply(reader.Read(Path.GetFileNameWithoutExtension(source), yaml, overrides.Target));
    }

    private static Scenario FromUrl(string text, UrlRequest request, IReadOnlyDictionary<string, string> environment)
    {
        if (TargetUrl.Parse(text, out var problem) is not { } url)
            throw new ScenarioException([new ScenarioProblem("command line", 0, 0, problem)]);
        var target = url.UnixPath is null ? $"{url.Scheme}://{(url.Host.Contains(':') ? $"[{url.Host}]" : url.Host)}:{url.Port}" : $"unix:{url.UnixPath}";
        var step = new YamlMappingNode();
        if (url.Scheme is "tcp" or "udp")
            step.Add("echo", "64");
        else
        {
            var path = url.PathPrefix == "" ? "/" : url.PathPrefix;
            // A trailing slash is part of the path, unlike in a scenario's target.
            if (url.UnixPath is null && path != "/" && new Uri(text).AbsolutePath.EndsWith('/'))
                path += "/";
            step.Add("name", request.Method.ToUpperInvariant() + " " + path);
            step.Add(request.Method.ToLowerInvariant(), Quoted(path + url.Query));
            var headers = new YamlMappingNode();
            foreach (var header in request.Headers ?? [])
            {
                if (header.Split(':', 2) is not [var name, var value] || headers.Children.ContainsKey(new YamlScalarNode(name.Trim())))
                    throw new ScenarioException([new ScenarioProblem("--header", 0, 0, $"\"{header}\" was not understood; expected distinct headers as \"Name: value\"")]);
                headers.Add(name.Trim(), Quoted(value.Trim()));
            }
            if (headers.Children.Count > 0)
                step.Add("headers", headers);
            if (request.Body is not null)
                step.Add("body", Quoted(request.Body));
        }
        var root = new YamlMappingNode { { "target", Quoted(target) }, { "steps", new YamlSequenceNode(step) } };
        return new ScenarioReader(text, path => ReadFile(path, MostFile), environment).Read(url.Text, ResolvedYaml.Write(root));
    }

    private static YamlScalarNode Quoted(string text) => new(text) { Style = ScalarStyle.DoubleQuoted };

    private static FileText ReadFile(string path, long most)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > most)
                return new FileText(null, $"it has {Units.FormatSize(info.Length)} bytes; expected at most {Units.FormatSize(most)}");
            return new FileText(File.ReadAllText(path), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or NotSupportedException)
        {
            return new FileText(null, e.Message);
        }
    }
}

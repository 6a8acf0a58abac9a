using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Configuration;

/// <summary>The defaults as texts: reference.conf beside the program where there is one, else the copy inside it.</summary>
internal sealed record ReferenceConf(IReadOnlyDictionary<string, SettingText> Values, IReadOnlyList<SettingProblem> Problems, IReadOnlyList<SettingProblem> Warnings)
{
    private const string Root = "loadshaper";
    private const string EndOfFile = "end-of-file";

    private static readonly Lazy<Config> Embedded = new(() => ConfigurationFactory.FromResource("reference.conf", typeof(ReferenceConf).Assembly));

    /// <summary>From a file, where it exists.</summary>
    public static ReferenceConf Read(string path)
    {
        try
        {
            return Parse(File.Exists(path) ? File.ReadAllText(path) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var broken = new SettingProblem("reference.conf", "", SettingOrigin.Reference, $"cannot be read: {e.Message}", "fix its permissions, or delete it: the program contains a copy");
            var embedded = Parse(null);
            return embedded with { Problems = [broken, .. embedded.Problems] };
        }
    }

    /// <param name="hocon">A reference.conf; what it leaves out is taken from the copy inside the program. Null for that copy alone.</param>
    public static ReferenceConf Parse(string? hocon)
    {
        var values = new Dictionary<string, SettingText>(StringComparer.Ordinal);
        var problems = new List<SettingProblem>();
        var warnings = new List<SettingProblem>();
        var config = Embedded.Value;
        if (!string.IsNullOrWhiteSpace(hocon))
        {
            try
            {
                var own = ParseWhole(hocon);
                warnings.AddRange(UnknownKeys(own));
                config = own.WithFallback(Embedded.Value);
            }
            catch (Exception e)
            {
                // Akka's parser throws many exception types; each means that the file cannot be read.
                problems.Add(new SettingProblem("reference.conf", "", SettingOrigin.Reference, $"cannot be read: {e.Message}", "correct it, or delete it: the program contains a copy"));
            }
        }
        foreach (var setting in SettingsTable.All)
        {
            var path = $"{Root}.{setting.Key}";
            try
            {
                values[setting.Name] = new SettingText(TextOf(config, path, setting), SettingOrigin.Reference);
            }
            catch (Exception e)
            {
                problems.Add(new SettingProblem(setting.Name, path, SettingOrigin.Reference, $"cannot be read: {e.Message}", $"its default there is {setting.Default} {setting.Unit}".TrimEnd()));
            }
        }
        return new ReferenceConf(values, problems, warnings);
    }

    // Akka's parser accepts a file that ends within a brace; a key appended after the end shows that.
    private static Config ParseWhole(string hocon)
    {
        var own = ConfigurationFactory.ParseString($"{hocon}\n{EndOfFile} = true");
        return own.HasPath(EndOfFile) ? own : throw new FormatException("a brace or a quotation mark is opened and never closed");
    }

    /// <summary>As it is written in the environment: without the unit.</summary>
    private static string TextOf(Config config, string path, Setting setting) => setting.Unit switch
    {
        "s" => Plain(Duration(config, path).TotalSeconds),
        "ms" => Plain(Duration(config, path).TotalMilliseconds),
        "days" => Plain(Duration(config, path).TotalDays),
        "MiB" or "%" or "Mbit" => Without(setting.Unit, config.GetString(path)),
        _ when setting.Name == "NET_PEERS" => string.Join(',', config.GetStringList(path)),
        _ => config.GetString(path) ?? throw new FormatException("there is no value"),
    };

    private static TimeSpan Duration(Config config, string path) =>
        config.HasPath(path) ? config.GetTimeSpan(path, null, allowInfinite: false) : throw new FormatException("there is no value");

    private static string Without(string unit, string? text)
    {
        if (text is null)
            throw new FormatException("there is no value");
        return text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? text[..^unit.Length].TrimEnd() : text;
    }

    private static string Plain(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static IEnumerable<SettingProblem> UnknownKeys(Config own)
    {
        var known = SettingsTable.All.Select(s => $"{Root}.{s.Key}").ToHashSet(StringComparer.Ordinal);
        foreach (var (path, value) in Leaves(own.Root, ""))
            if (path != EndOfFile && !known.Contains(path))
                yield return new SettingProblem(path, value.GetString() ?? "", SettingOrigin.Reference, "is not a setting and has no effect", "see `loadshaper config --explain NAME` for the key of a setting");
    }

    private static IEnumerable<(string Path, HoconValue Value)> Leaves(HoconValue node, string path)
    {
        if (!node.IsObject())
            return path == "" ? [] : [(path, node)];
        return node.GetObject()!.Items.SelectMany(pair => Leaves(pair.Value, path == "" ? pair.Key : $"{path}.{pair.Key}"));
    }
}

using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes a <see cref="Config"/> from HOCON text.</summary>
public class ConfigurationFactory
{
    private const string DefaultsResource = "Akka.Configuration.akka.conf";

    public static Config Empty { get; } = ParseString("");

    /// <exception cref="FormatException">The text is not HOCON; the message says the line and the position.</exception>
    public static Config ParseString(string hocon) => new(HoconParser.Parse(hocon));

    /// <summary>What holds where nothing else is configured.</summary>
    public static Config Default() => FromResource(DefaultsResource, typeof(ConfigurationFactory).Assembly);

    public static Config FromResource<TAssembly>(string resourceName) =>
        FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} has no embedded resource {resourceName}");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}

using System.Net;
using LoadShaper.Domain.Network;

namespace LoadShaper.Domain.Settings;

/// <summary>Health endpoint, files, shape, logs.</summary>
internal static class DaemonRows
{
    public static readonly Setting[] All =
    [
        Row.Switch("HEALTH_ENABLED", "health.enabled", true, (s, v) => s with { Health = s.Health with { Enabled = v } },
            "Whether /health and /metrics are answered.",
            "Off, a container's health check fails and nothing can be monitored."),
        Row.Text("HEALTH_HOST", "health.host", "127.0.0.1", "an address of this machine; 0.0.0.0 or :: for all", ParseHost,
            "Where the health endpoint listens.",
            "0.0.0.0 shows it to everyone who reaches the machine; an address of another machine keeps it from starting."),
        Row.Integer("HEALTH_PORT", "health.port", 8080, 1, 65535, "", (s, v) => s with { Health = s.Health with { Port = v } },
            "The port of the health endpoint.",
            "A port in use, or below 1024 without the right to it, keeps the endpoint from starting."),
        Row.Text("PERSISTENCE_DIR", "persistence.directory", "/var/lib/loadshaper", "a path", text => ParsePath("PERSISTENCE_DIR", text, (s, v) => s with { PersistenceDir = v }),
            "Holds the journal, the samples and the lock. It must exist, be writable and outlive the container; one instance each.",
            "Without it nothing starts. On storage that does not outlive the container the 7-day history is lost at each restart."),
        Row.Number("JOURNAL_RETENTION_DAYS", "persistence.journal-retention", 90, 1, 3650, "days", (s, v) => s with { JournalRetention = TimeSpan.FromDays(v) },
            "The age at which journal events are deleted.",
            "Short takes away the answer to \"why did it do that\"; long takes disk."),
        Row.Text("LOADSHAPER_TEMPLATE_DIR", "shape.template-dir", "config-templates/", "a path; a relative one is sought in the working directory, then beside the program", text => ParsePath("LOADSHAPER_TEMPLATE_DIR", text, (s, v) => s with { TemplateDir = v }),
            "Where the templates of the shapes are.",
            "A directory without the shape's template: the defaults hold, which know nothing of the shape."),
        Row.Switch("ORACLE_METADATA_PROBE", "shape.metadata-probe", false, (s, v) => s with { MetadataProbe = v },
            "Asks Oracle's instance metadata service (169.254.169.254) for shape, OCPUs, memory and bandwidth.",
            "Off, the shape is told from DMI, CPU count and memory, which is right for every Always Free shape."),
        Row.Word("LOG_FORMAT", "log.format", "text", [("text", LogFormat.Text), ("json", LogFormat.Json)], (s, v) => s with { LogFormat = v },
            "How log lines are written.",
            "A log reader that expects the other one finds nothing."),
        Row.Word("LOG_LEVEL", "log.level", "information",
            [("debug", LogLevel.Debug), ("information", LogLevel.Information), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("warn", LogLevel.Warning), ("error", LogLevel.Error)],
            (s, v) => s with { LogLevel = v },
            "The least severe message that is written.",
            "error hides the warnings that say why the VM is not protected."),
    ];

    private static ParsedValue ParseHost(string text)
    {
        var bare = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        if (bare.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            bare = "127.0.0.1";
        return (bare.Contains(':') || NetworkPeer.IsIPv4(bare)) && IPAddress.TryParse(bare, out var address)
            ? new ParsedValue(s => s with { Health = s.Health with { Host = address.ToString() } })
            : ParsedValue.Refused("is no address", "set HEALTH_HOST=127.0.0.1, or 0.0.0.0 to answer on every interface; the port is HEALTH_PORT");
    }

    private static ParsedValue ParsePath(string name, string text, Func<LoadShaperSettings, string, LoadShaperSettings> put) =>
        text.Any(char.IsControl)
            ? ParsedValue.Refused("contains control characters", $"set {name} to a plain path")
            : new ParsedValue(s => put(s, text));
}

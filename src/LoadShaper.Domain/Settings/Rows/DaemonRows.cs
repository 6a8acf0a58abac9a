using System.Net;
using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>Health endpoint, files, shape, logs.</summary>
internal static class DaemonRows
{
    public static readonly Setting[] All =
    [
        Row.Switch("HEALTH_ENABLED", "health.enabled", true, (s, v) => s with { Health = s.Health with { Enabled = v } },
            "Whether /health and /metrics are served.",
            "false: nothing can be monitored."),
        Row.Text("HEALTH_HOST", "health.host", "127.0.0.1", "an address of this machine; 0.0.0.0 or :: for all", ParseHost,
            "The address on which the health endpoint listens.",
            "0.0.0.0 serves it to every host that reaches the machine. With an address of another machine LoadShaper does not start."),
        Row.Integer("HEALTH_PORT", "health.port", 8080, 1, 65535, "", (s, v) => s with { Health = s.Health with { Port = v } },
            "The port of the health endpoint.",
            "With a port in use, or below 1024 without the privilege, LoadShaper does not start."),
        Row.Text("HEALTH_ALLOWED_HOSTS", "health.allowed-hosts", "", "host names, comma separated; *.example.com for a domain, * for any", ParseAllowedHosts,
            "Names under which the HTTP server answers, beside addresses, localhost and the name of this machine. Other names get 421.",
            "* gives up the protection against DNS rebinding: a web page in a browser that reaches the server can read it."),
        Row.Integer("HEALTH_MAX_CONCURRENT_REQUESTS", "health.max-concurrent-requests", 100, 8, 10000, "", (s, v) => WithLimits(s, l => l with { Concurrent = v }),
            "HTTP requests that are answered at the same time; 4 of them are kept for /live and /health. More are held up to 1 s, then get 429.",
            "A small value refuses monitoring; a large one lets a flood take memory."),
        Row.Integer("HEALTH_MAX_REQUESTS_PER_MINUTE", "health.max-requests-per-minute", 2000, 10, 1000000, "", (s, v) => WithLimits(s, l => l with { PerMinute = v }),
            "HTTP requests that are answered in a minute, without /live and /health. More are held up to 1 s, then get 429.",
            "A small value refuses monitoring; a large one lets a flood take CPU."),
        Row.Size("HEALTH_MAX_MEMORY_MB", "health.max-memory", 1024, 64, 65536, (s, v) => WithLimits(s, l => l with { Memory = v }),
            "Physical memory of the daemon, without memory held on purpose, above which all requests but /live and /health get 503.",
            "A value below the normal use of about 100 MiB refuses every scrape."),
        Row.Number("HEALTH_MAX_CPU_PERCENT", "health.max-cpu", 200, 5, 100000, "%", (s, v) => WithLimits(s, l => l with { CpuPercent = v }),
            "CPU use of the daemon, without the load it makes, percent of one CPU, above which all requests but /live and /health get 503.",
            "A small value refuses scrapes while the daemon is busy with anything else."),
        Row.Text("PERSISTENCE_DIR", "persistence.directory", "/var/lib/loadshaper", "a path", text => ParsePath("PERSISTENCE_DIR", text, (s, v) => s with { PersistenceDir = v }),
            "The directory of the journal, the samples and the lock. It must exist, be writable, outlive the container, and serve one instance.",
            "Without it LoadShaper does not start. On storage that does not outlive the container the 7-day history is lost at each restart."),
        Row.Number("JOURNAL_RETENTION_DAYS", "persistence.journal-retention", 90, 1, 3650, "days", (s, v) => s with { JournalRetention = TimeSpan.FromDays(v) },
            "The age at which journal events are deleted.",
            "A short time removes the record of past decisions; a long one uses disk."),
        Row.Text("LOADSHAPER_SHAPE", "shape.name", "", "a shape, as e2-1-micro or a1-flex-2; empty: detected", ParseShape,
            "States the shape instead of detecting it: " + string.Join(", ", NamedShape.All.Select(shape => shape.Name)) + ", or Oracle's own name.",
            "With a wrong shape the wrong idle rule and template apply: memory is not counted on E2."),
        Row.Text("LOADSHAPER_TEMPLATE_DIR", "shape.template-dir", "config-templates/", "a path; a relative one is looked up in the working directory, then beside the program", text => ParsePath("LOADSHAPER_TEMPLATE_DIR", text, (s, v) => s with { TemplateDir = v }),
            "The directory of the shapes' templates.",
            "Without the shape's template the defaults apply, which do not know the shape."),
        Row.Switch("ORACLE_METADATA_PROBE", "shape.metadata-probe", false, (s, v) => s with { MetadataProbe = v },
            "Whether Oracle's instance metadata service (169.254.169.254) is asked for shape, OCPUs, memory and bandwidth. Not used with LOADSHAPER_SHAPE.",
            "Outside Oracle's cloud the address may belong to another machine. false detects every Always Free shape from DMI, CPU count and memory."),
        Row.Word("LOG_FORMAT", "log.format", "text", [("text", LogFormat.Text), ("json", LogFormat.Json)], (s, v) => s with { LogFormat = v },
            "Format of the log lines.",
            "A log reader that expects the other format finds nothing."),
        Row.Word("LOG_LEVEL", "log.level", "information",
            [("debug", LogLevel.Debug), ("information", LogLevel.Information), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("warn", LogLevel.Warning), ("error", LogLevel.Error)],
            (s, v) => s with { LogLevel = v },
            "The least severe message that is logged.",
            "error hides the warnings that explain why the VM is not protected."),
        Row.Seconds("TELEMETRY_PERIOD_SEC", "log.telemetry-period", 60, 0, 86_400, (s, v) => s with { TelemetryPeriod = v },
            "Time between two telemetry lines in the log; 0 writes one each control period. The first two minutes, and each change of controller state, gate position or verdict, write a line in any case.",
            "0 writes about twelve times as much log; a long period leaves the log without recent figures."),
    ];

    private static ParsedValue ParseHost(string text)
    {
        var bare = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        if (bare.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            bare = "127.0.0.1";
        return (bare.Contains(':') || NetworkPeer.IsIPv4(bare)) && IPAddress.TryParse(bare, out var address)
            ? new ParsedValue(s => s with { Health = s.Health with { Host = address.ToString() } })
            : ParsedValue.Refused("is not an address", "set HEALTH_HOST=127.0.0.1, or 0.0.0.0 to answer on every interface; the port is HEALTH_PORT");
    }

    private static LoadShaperSettings WithLimits(LoadShaperSettings settings, Func<AdmissionLimits, AdmissionLimits> change) =>
        settings with { Health = settings.Health with { Limits = change(settings.Health.Limits) } };

    private static ParsedValue ParseAllowedHosts(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(names, name => !AllowedHosts.IsName(name)) is { } wrong
            ? ParsedValue.Refused($"has '{wrong}', which is not a host name", "write host names without a scheme and port, as in HEALTH_ALLOWED_HOSTS=status.example.com,*.lan")
            : new ParsedValue(s => s with { Health = s.Health with { AllowedHosts = names } });
    }

    private static ParsedValue ParseShape(string text) =>
        NamedShape.Find(text) is { } shape
            ? new ParsedValue(s => s with { StatedShape = shape.Name })
            : ParsedValue.Refused("is not a shape", $"set LOADSHAPER_SHAPE to one of {string.Join(", ", NamedShape.All.Select(known => known.Name))}, or leave it out");

    private static ParsedValue ParsePath(string name, string text, Func<LoadShaperSettings, string, LoadShaperSettings> put) =>
        text.Any(char.IsControl)
            ? ParsedValue.Refused("contains control characters", $"set {name} to a plain path")
            : new ParsedValue(s => put(s, text));
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LoadShaper.Cli.Oracle;

/// <summary>The comparison as a table, from the answer of /health.</summary>
internal static class OracleTable
{
    private static readonly (string Field, string Name)[] Rows =
    [
        ("cpu_minute", "CPU P95 of 7 days, 1 min"),
        ("cpu_five_minutes", "CPU P95, 5 min"),
        ("cpu_hour", "CPU P95, 1 h"),
        ("cpu_worst_day", "CPU P95, worst UTC day"),
        ("cpu_hypervisor", "CPU P95 without steal"),
        ("memory", "memory, mean"),
        ("network", "network, mean"),
    ];

    public static string Render(JsonElement health, JsonElement oracle)
    {
        var text = new StringBuilder();
        text.Append(TextTable.Render(["reading", "ours", "Oracle's", "difference"],
        [
            .. Rows.Select(row => Row(row.Name, oracle.GetProperty(row.Field))),
            ["verdict", Text(health.GetProperty("verdict"), "word") ?? "UNKNOWN", Text(oracle, "verdict") ?? "UNKNOWN", Differs(oracle)],
        ]));
        text.Append('\n');
        text.Append(Number(oracle, "age_seconds") is { } age
            ? string.Create(CultureInfo.InvariantCulture, $"Oracle's newest minute ended {age / 60:0} minutes ago ({Text(oracle, "newest")}); it has {Number(oracle, "minutes"):0} of 10080 minutes.\n")
            : "Oracle's readings are not there yet.\n");
        if (Number(oracle, "filled_in_minutes") is > 0 and var filled)
            text.Append(CultureInfo.InvariantCulture, $"{filled:0} minutes that LoadShaper did not see are filled in from them.\n");
        if (Text(oracle, "next_attempt") is { } next)
            text.Append(CultureInfo.InvariantCulture, $"Next request at {next}.\n");
        if (Text(oracle, "problem") is { } problem)
            text.Append("Problem: ").Append(problem).Append('\n');
        return text.ToString();
    }

    internal static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string[] Row(string name, JsonElement pair) =>
        [name, Percent(Number(pair, "ours")), Percent(Number(pair, "oracle")), Number(pair, "difference") is { } difference ? string.Create(CultureInfo.InvariantCulture, $"{difference:+0.00;-0.00;0.00}") : "-"];

    private static string Differs(JsonElement oracle) => oracle.GetProperty("differs").ValueKind switch
    {
        JsonValueKind.True => "differ",
        JsonValueKind.False => "same",
        _ => "-",
    };

    private static string Percent(double? value) => value is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v:0.00} %") : "-";

    private static double? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}

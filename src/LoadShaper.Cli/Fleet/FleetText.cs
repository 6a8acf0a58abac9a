using System.Globalization;
using System.Text.Json;
using LoadShaper.Domain.Fleet;

namespace LoadShaper.Cli.Fleet;

/// <summary>The table and the JSON of `fleet`.</summary>
internal static class FleetText
{
    // Written to a terminal or a file, never into HTML.
    private static readonly JsonSerializerOptions Options = new(ConfigJson.Options)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = false, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };

    public static string Of(FleetStatus status)
    {
        var rows = status.Entries.Select(entry => entry.IsReachable && entry.Report is { } report
            ? new[]
            {
                entry.Peer.Name, report.Verdict, Text(report.Margin, "0.0"), Turns(report, status.At), report.Status, report.Version ?? "-", "",
            }
            : [entry.Peer.Name, "UNREACHABLE", "-", "-", "-", entry.Report?.Version ?? "-", entry.Problem + LastSeen(entry)]);
        return string.Create(CultureInfo.InvariantCulture, $"Fleet at {status.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n\n")
            + TextTable.Render(["VM", "VERDICT", "MARGIN", "TURNS IN", "HEALTH", "VERSION", "PROBLEM"], rows)
            + "\n" + Summary(status) + "\n";
    }

    public static string Json(FleetStatus status) => JsonSerializer.Serialize(new
    {
        Time = status.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Result = FleetPolicy.Rate(status) switch { FleetRating.Safe => "safe", FleetRating.AtRisk => "at_risk", _ => "unreachable" },
        Vms = status.Entries.Select(entry => new
        {
            entry.Peer.Name,
            Reachable = entry.IsReachable,
            Verdict = entry.IsReachable ? entry.Report?.Verdict : null,
            MarginPoints = entry.IsReachable ? entry.Report?.Margin : null,
            HoursUntilItTurns = entry is { IsReachable: true, Report.TurnsAt: { } turns } ? (double?)Math.Round((turns - status.At).TotalHours, 1) : null,
            Status = entry.IsReachable ? entry.Report?.Status : null,
            Version = entry.IsReachable ? entry.Report?.Version : null,
            entry.Problem,
        }),
    }, Options);

    private static string Summary(FleetStatus status)
    {
        var ratings = status.Entries.Select(FleetPolicy.Rate).ToArray();
        int Count(FleetRating rating) => ratings.Count(found => found == rating);
        var unknown = status.Entries.Count(entry => FleetPolicy.Rate(entry) == FleetRating.Safe && entry.Report?.Verdict == "UNKNOWN");
        return $"{Count(FleetRating.Safe) - unknown} safe, {unknown} not known yet, {Count(FleetRating.AtRisk)} at risk or unhealthy, {Count(FleetRating.Unreachable)} unreachable";
    }

    private static string Turns(FleetReport report, DateTimeOffset now) =>
        report.TurnsAt is not { } turns ? "-" : turns <= now ? "now" : Text((turns - now).TotalHours, "0.0") + " h";

    private static string LastSeen(FleetEntry entry) =>
        entry.AnsweredAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"; last answer at {at.UtcDateTime:HH:mm:ss} UTC: {entry.Report?.Verdict}") : "";

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}

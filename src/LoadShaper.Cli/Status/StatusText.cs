using System.Text;

namespace LoadShaper.Cli.Status;

/// <summary>The screen of `status`.</summary>
internal static class StatusText
{
    /// <param name="threshold">Of Oracle's rule, percent.</param>
    /// <param name="memoryCounts">Whether the rule of this shape looks at memory.</param>
    public static string Of(StatusView view, double threshold, bool memoryCounts, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(view.Verdict).Append("  ").Append(Sentence(view, threshold)).Append('\n');
        if (view.TurnsAt is { } turns)
            text.Append(turns > now
                ? $"If LoadShaper stopped now, this VM would look idle from {turns.UtcDateTime:yyyy-MM-dd HH:mm} UTC on (in {Span(turns - now)}).\n"
                : $"Without load this VM looks idle since {turns.UtcDateTime:yyyy-MM-dd HH:mm} UTC.\n");
        if (view.CpuReserveHours is { } reserve)
            text.Append(FormattableString.Invariant($"The CPU readings alone would hold for {reserve} hours without LoadShaper.\n"));
        text.Append('\n').Append("Now      ").Append(view.Now).Append('\n');
        text.Append("Cost     ").Append(view.Cost).Append('\n').Append('\n');
        Metric(text, "CPU", "95th percentile of 7 days", view.CpuP95, threshold, counts: true);
        Metric(text, "Memory", "mean of 7 days", view.MemoryMean, threshold, memoryCounts);
        Metric(text, "Network", "mean of 7 days", view.NetworkMean, threshold, counts: true);
        text.Append('\n');
        if (view.Problems.Count == 0)
            text.Append("Problems none\n");
        foreach (var problem in view.Problems)
            text.Append("Problem  ").Append(problem).Append('\n');
        return text.ToString();
    }

    private static string Sentence(StatusView view, double threshold) => view.Verdict switch
    {
        "SAFE" => FormattableString.Invariant($"{Name(view.ProtectedBy)} protects this VM: {view.Margin:0.0} points above Oracle's threshold of {threshold:0.#} %."),
        "AT RISK" => FormattableString.Invariant($"All metrics are under Oracle's threshold of {threshold:0.#} %: Oracle may reclaim this VM. {view.MinutesNeeded} more minutes above it are needed."),
        _ => FormattableString.Invariant($"Not enough was seen: {view.UnseenHours:0.#} hours of the 7 days are missing. {view.MinutesNeeded} more minutes above {threshold:0.#} % are needed."),
    };

    private static void Metric(StringBuilder text, string name, string what, double? value, double threshold, bool counts) =>
        text.Append(name.PadRight(9)).Append(StatusView.Percent(value).PadLeft(8)).Append("  ").Append(what).Append(counts
            ? value is null ? "" : value >= threshold ? FormattableString.Invariant($"; above {threshold:0.#} %") : FormattableString.Invariant($"; under {threshold:0.#} %")
            : "; does not count on this shape").Append('\n');

    private static string Name(string? metric) => metric switch
    {
        "memory" => "Memory",
        "network" => "Network",
        _ => "CPU",
    };

    private static string Span(TimeSpan span) => span.TotalHours >= 48
        ? FormattableString.Invariant($"{span.TotalDays:0.0} days")
        : FormattableString.Invariant($"{span.TotalHours:0.0} hours");
}

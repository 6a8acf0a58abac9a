using LoadShaper.Replay;
using LoadShaper.Replay.Explain;
using LoadShaper.Replay.Machine;
using LoadShaper.Replay.Page;

namespace LoadShaper.Cli;

/// <summary>The options of a replay, and their execution.</summary>
internal sealed record ReplayRequest(
    TimeRange Range, TimeSpan Every, bool Json, bool Csv, string? Html, string? Explain, bool Verify, string[] WhatIf, string? Minutes)
{
    private const string NothingThere = "nothing is recorded in this range; replay without --from and --to shows the whole record";

    /// <returns>The exit code.</returns>
    /// <exception cref="FormatException">An option is not understood; the message says how to write it.</exception>
    public int Answer(Recording recording, TextWriter output, TextWriter error)
    {
        var forms = new[] { Json, Csv, Html is not null, Explain is not null, Verify, WhatIf.Length > 0, Minutes is not null };
        if (forms.Count(asked => asked) > 1)
            throw new FormatException("give one output at a time: --json, --csv, --html, --explain, --verify, --what-if and --export-minutes exclude each other");

        if (Range.To <= Range.From)
            throw new FormatException($"--from {Range.From:yyyy-MM-dd'T'HH:mm:ss'Z'} is not before --to {Range.To:yyyy-MM-dd'T'HH:mm:ss'Z'}");

        var code = ExitCode.Ok;
        if (Json)
            EventExport.WriteJson(output, recording.Events(Range), Range);
        else if (Csv)
            EventExport.WriteSlots(output, recording.Events(Range), Range);
        else if (Html is not null)
            code = WriteHtml(recording, error);
        else if (Explain is not null)
            code = WriteExplanation(recording, output, error);
        else if (Verify)
            code = VerifyText.Write(output, recording.Entries()) ? ExitCode.Ok : ExitCode.Divergence;
        else if (WhatIf.Length > 0)
            LoadShaper.Replay.Machine.WhatIf.Write(output, recording, Range, Changes());
        else if (Minutes is not null)
            code = WriteMinutes(recording, error);
        else
            code = WriteTimeline(recording, output, error);
        return ReportProblems(recording, error) ? code : ExitCode.Failure;
    }

    /// <returns>False when nothing could be read.</returns>
    private bool ReportProblems(Recording recording, TextWriter error)
    {
        // The verification reports them itself.
        foreach (var problem in Verify ? [] : recording.Problems)
            error.WriteLine($"notice: {problem}");
        if (!Verify && recording.Unreadable > recording.Problems.Count)
            error.WriteLine($"notice: and {recording.Unreadable - recording.Problems.Count} more");
        if (recording.Read is not 0 || (recording.Unreadable == 0 && recording.End is not null))
            return true;
        error.WriteLine(recording.Unreadable == 0
            ? $"{recording.Path} is empty: the daemon has not recorded anything yet"
            : $"nothing in {recording.Path} could be read");
        return false;
    }

    private int WriteTimeline(Recording recording, TextWriter output, TextWriter error)
    {
        if (TimelineText.Write(output, recording.Events(Range), Range, Every) || recording.End is null)
            return ExitCode.Ok;
        error.WriteLine(NothingThere);
        return ExitCode.Failure;
    }

    private int WriteHtml(Recording recording, TextWriter error)
    {
        if (RecordedPage.Of(recording, Range, Every) is not { } page)
        {
            error.WriteLine(NothingThere);
            return ExitCode.Failure;
        }

        Write(Html!, "--html", file => HtmlPage.Write(file, page.Charts, page.Timeline));
        error.WriteLine($"wrote {Html}: {page.Charts.From:yyyy-MM-dd HH:mm} to {page.Charts.To:yyyy-MM-dd HH:mm} UTC, {Count(page.Timeline.Count, "line")} in the timeline");
        return ExitCode.Ok;
    }

    private int WriteExplanation(Recording recording, TextWriter output, TextWriter error)
    {
        if (ExplainText.Write(output, recording, Explain!))
            return ExitCode.Ok;
        error.WriteLine($"nothing is recorded at or before {Explain}; write a UTC time like 2026-11-28T03:00, a time of day like 03:00, or the index of a slot");
        return ExitCode.Failure;
    }

    private int WriteMinutes(Recording recording, TextWriter error)
    {
        var minutes = RecordedMinutes.Of(recording, Range);
        if (minutes.Count == 0)
        {
            error.WriteLine(NothingThere);
            return ExitCode.Failure;
        }

        Write(Minutes!, "--export-minutes", minutes.WriteTrace);
        error.WriteLine($"wrote {Minutes}: {Count(minutes.Count, "minute")} from {minutes.Source}");
        return ExitCode.Ok;
    }

    private Dictionary<string, string> Changes()
    {
        var changes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in WhatIf)
            changes[pair.Split('=', 2) is [{ Length: > 0 } name, _] ? name : throw new FormatException($"--what-if {pair} is not a setting: write KEY=VALUE, like CPU_P95_STRATEGY=blocks")]
                = pair.Split('=', 2)[1];
        return changes;
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static void Write(string path, string option, Action<TextWriter> write)
    {
        try
        {
            using var file = new StreamWriter(path) { NewLine = "\n" };
            write(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{option} {path} cannot be written: {e.Message}");
        }
    }
}

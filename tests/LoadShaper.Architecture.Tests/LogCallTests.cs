using System.Text.RegularExpressions;
using Xunit;

namespace LoadShaper.Architecture.Tests;

/// <summary>A log line is an event plus named values: with LOG_FORMAT=json every value is a property that can be searched.</summary>
public sealed partial class LogCallTests
{
    // Its template is built from the figures that are known; TelemetryLineTests check it.
    private const string Telemetry = "src/LoadShaper.Daemon/Health/HealthReporter.cs";

    // Passes on the messages of other programs with their own templates.
    private const string PassedOn = "src/LoadShaper.Daemon/Hosting/OutsideLogger.cs";

    [Fact]
    public void Every_log_call_is_an_event_with_named_values()
    {
        var calls = Repository.Code("src").SelectMany(file => LogCall.In(Repository.Read(file)).Select(call => (File: file, Call: call))).ToList();

        // Fewer would mean that the scan misses them.
        Assert.True(calls.Count > 40, $"{calls.Count} log calls found");
        Offenders.None(
            from found in calls
            where !(found.File == Telemetry && found.Call.Arguments is ["line.Template", "line.Values"])
            let problem = found.Call.Problem()
            where problem is not null
            select $"{found.File}:{found.Call.Line}: {problem}");
    }

    [Fact]
    public void There_is_no_log_call_that_the_scan_does_not_see()
    {
        var other =
            from file in Repository.Code("src")
            where file != PassedOn
            from Match match in OtherLogger().Matches(Repository.Read(file))
            select $"{file}: {match.Value.Trim()}: log through Akka's `_log` or Serilog's `Log`";

        Offenders.None(other);
    }

    [Theory]
    [InlineData("""_log.Info("Journal available; recording resumed");""")]
    [InlineData("""_log.Warning("Cannot write samples: {Reason}; retrying in {Delay}", e.Message, Delay(a, "b, c"));""")]
    [InlineData("""Log.Fatal(fatal, "Daemon failed; exiting");""")]
    [InlineData("""_log.Info("Deleted up to {SequenceNr}, " + "limit {Limit:0.0}, {{literal}}", deleted, limit[0]);""")]
    public void A_named_event_passes(string code) => Assert.Null(Assert.Single(LogCall.In(code)).Problem());

    [Theory]
    [InlineData("""_log.Info("{0}", line);""", "{0} is not a PascalCase name")]
    [InlineData("""_log.Info("took {elapsed}", e);""", "{elapsed} is not a PascalCase name")]
    [InlineData("""_log.Info($"took {elapsed}");""", "interpolated")]
    [InlineData("""_log.Info("took " + $"{elapsed}");""", "interpolated")]
    [InlineData("""Log.Error(e, text);""", "not a literal")]
    [InlineData("""_log.Info("took {Elapsed} of {Limit}", elapsed);""", "2 placeholders, but 1 values")]
    [InlineData("""_log.Info("took {Elapsed}", e, l);""", "1 placeholders, but 2 values")]
    [InlineData("""_log.Info("{Peer} and {Peer}", a, b);""", "the same name")]
    public void Other_messages_are_found(string code, string problem) =>
        Assert.Contains(problem, Assert.Single(LogCall.In(code)).Problem(), StringComparison.Ordinal);

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(|\bILoggingAdapter\s+(?!_log\b|log\b)\w+|GetLogger\(\)\s*\.|(?<!\w)Log\.Write\(")]
    private static partial Regex OtherLogger();
}

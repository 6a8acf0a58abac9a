using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Thresholds;
using LoadShaper.LoadTest.Verdict;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Session;

/// <summary>Which exit code wins when several causes apply to one run; docs/load-testing.md has the same order.</summary>
public class ExitCodeTests
{
    /// <summary>The documented order. The causes of how a run ended exclude each other.</summary>
    private static readonly (Cause Cause, int Code)[] Order =
    [
        (Cause.Interrupted, 105),
        (Cause.EngineFailed, 1),
        (Cause.MemoryLimit, 4),
        (Cause.WorkersLost, 5),
        (Cause.Aborted, 99),
        (Cause.Invalid, 4),
        (Cause.Threshold, 99),
        (Cause.Companion, 99),
        (Cause.File, 1),
    ];

    [Flags]
    public enum Cause
    {
        None = 0,
        Interrupted = 1,
        EngineFailed = 2,
        MemoryLimit = 4,
        Aborted = 8,
        Invalid = 16,
        Threshold = 32,
        Companion = 64,
        File = 128,
        WorkersLost = 256,
    }

    private const Cause Ends = Cause.Interrupted | Cause.EngineFailed | Cause.MemoryLimit | Cause.WorkersLost | Cause.Aborted;

    public static TheoryData<Cause, int> Pairs()
    {
        var data = new TheoryData<Cause, int> { { Cause.None, 0 } };
        for (var first = 0; first < Order.Length; first++)
        {
            data.Add(Order[first].Cause, Order[first].Code);
            for (var second = first + 1; second < Order.Length; second++)
                if (!Ends.HasFlag(Order[second].Cause))
                    data.Add(Order[first].Cause | Order[second].Cause, Order[first].Code);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_first_cause_of_the_documented_order_decides(Cause causes, int expected)
    {
        var result = Samples.Result(Samples.Series("all", Samples.Counts(10), Samples.Latencies(1_000))) with { End = EndOf(causes) };
        var verdict = causes.HasFlag(Cause.Invalid) ? new RunVerdict(false, [new VerdictReason("cpu", "too busy")]) : new RunVerdict(true, []);
        var threshold = Threshold.Parse("p95<1ms", out _)!;

        var code = LoadSession.ExitCodeOf(
            result,
            verdict,
            [new ThresholdOutcome(threshold, 1, Passed: !causes.HasFlag(Cause.Threshold), "")],
            filesFailed: causes.HasFlag(Cause.File),
            companionsFailed: causes.HasFlag(Cause.Companion));

        Assert.Equal(expected, code);
    }

    private static RunEnd EndOf(Cause causes) => (causes & Ends) switch
    {
        Cause.Interrupted => RunEnd.Interrupted,
        Cause.EngineFailed => RunEnd.EngineFailed,
        Cause.MemoryLimit => RunEnd.MemoryLimit,
        Cause.WorkersLost => RunEnd.WorkersLost,
        Cause.Aborted => RunEnd.Aborted,
        _ => RunEnd.Finished,
    };
}

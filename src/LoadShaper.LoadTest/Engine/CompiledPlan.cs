using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine;

/// <summary>The plan with every name turned into a number and every constant byte prepared. Shared by all engine threads.</summary>
internal sealed class CompiledPlan
{
    internal CompiledPlan(RunPlan plan, SeriesTable series, ErrorCatalog errors)
    {
        Plan = plan;
        Errors = errors;
        Flows = [.. plan.Flows.Select(flow => new CompiledFlow(plan, flow, series, errors))];
        LongestFlow = Flows.Max(flow => flow.Steps.Sum(step => step.Timeouts.Total));
        ShortestTimeout = Flows.SelectMany(flow => flow.Steps).Min(step => step.Timeouts.Shortest);
    }

    internal RunPlan Plan { get; }
    internal ErrorCatalog Errors { get; }
    internal IReadOnlyList<CompiledFlow> Flows { get; }

    /// <summary>Nanoseconds after which every flow has ended, if only by time-outs.</summary>
    internal long LongestFlow { get; }

    /// <summary>Nanoseconds.</summary>
    internal long ShortestTimeout { get; }
}

internal sealed class CompiledFlow
{
    internal CompiledFlow(RunPlan plan, Flow flow, SeriesTable series, ErrorCatalog errors)
    {
        var variables = flow.Steps.OfType<HttpStep>().SelectMany(step => step.Extract).Select(e => e.Variable).Distinct().ToList();
        VariableCount = variables.Count;
        Steps = [.. flow.Steps.Select(step => new CompiledStep(plan, step, variables, series, errors))];
    }

    internal CompiledStep[] Steps { get; }
    internal int VariableCount { get; }
}

/// <summary>A step, ready to be sent.</summary>
internal sealed class CompiledStep
{
    private readonly ErrorCatalog _errors;
    private readonly int[] _timeoutErrors = new int[8];

    internal CompiledStep(RunPlan plan, LoadStep step, List<string> variables, SeriesTable series, ErrorCatalog errors)
    {
        _errors = errors;
        Step = step;
        Target = step.Target;
        Series = series.Of(step.Name);
        Timeouts = new NanosecondTimeouts(step.Timeouts ?? plan.Timeouts);
        if (step is HttpStep http)
            Http = new Http.CompiledHttpStep(plan, http, variables, this);
        else
            EchoBytes = ((EchoStep)step).PayloadBytes;
    }

    internal LoadStep Step { get; }
    internal int Target { get; }
    internal ushort Series { get; }
    internal NanosecondTimeouts Timeouts { get; }
    internal Http.CompiledHttpStep? Http { get; }
    internal int EchoBytes { get; }

    /// <summary>The number of an error of this step; takes a lock, so frequent errors are remembered by their owner.</summary>
    internal int Error(FailureKind kind, string text) => _errors.Id(kind, Series, text);

    /// <param name="total">The limit of the whole request passed, not the stage's own.</param>
    internal int TimeoutError(Stage stage, bool total)
    {
        ref var known = ref _timeoutErrors[(int)stage * 2 + (total ? 1 : 0)];
        if (known == 0)
            known = Error(total ? FailureKind.TotalTimeout : KindOf(stage), $"timeout: {Missing(stage)} within {Seconds(total ? Timeouts.Configured.Total : LimitOf(stage))}");
        return known;
    }

    private TimeSpan LimitOf(Stage stage) => stage switch
    {
        Stage.Connecting => Timeouts.Configured.Connect,
        Stage.Sending => Timeouts.Configured.Send,
        Stage.FirstByte => Timeouts.Configured.FirstByte,
        _ => Timeouts.Configured.Total,
    };

    private static FailureKind KindOf(Stage stage) => stage switch
    {
        Stage.Connecting => FailureKind.ConnectTimeout,
        Stage.Sending => FailureKind.SendTimeout,
        Stage.FirstByte => FailureKind.FirstByteTimeout,
        _ => FailureKind.TotalTimeout,
    };

    private static string Missing(Stage stage) => stage switch
    {
        Stage.Connecting => "no connection",
        Stage.Sending => "request not sent",
        Stage.FirstByte => "no response",
        _ => "response not complete",
    };

    private static string Seconds(TimeSpan time) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}

/// <summary>Time limits in nanoseconds.</summary>
internal sealed class NanosecondTimeouts(RequestTimeouts timeouts)
{
    internal long Connect { get; } = timeouts.Connect.Ticks * 100;
    internal long Send { get; } = timeouts.Send.Ticks * 100;
    internal long FirstByte { get; } = timeouts.FirstByte.Ticks * 100;
    internal long Total { get; } = timeouts.Total.Ticks * 100;
    internal long Shortest => Math.Min(Math.Min(Connect, Send), Math.Min(FirstByte, Total));
    internal RequestTimeouts Configured => timeouts;
}

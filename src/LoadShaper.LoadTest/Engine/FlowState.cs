using LoadShaper.LoadTest.Model;

namespace LoadShaper.LoadTest.Engine;

/// <summary>
/// One flow in execution: its arrival, its present step and its extracted values. There are as many of them as requests
/// may be in flight; they are used again.
/// </summary>
internal sealed class FlowState(int id)
{
    internal const int MaxVariableBytes = 1_024;
    private byte[][] _values = [];
    private int[] _lengths = [];

    /// <summary>Number among the flows of its engine thread.</summary>
    internal int Id => id;

    internal Arrival Arrival;
    internal CompiledFlow Flow = null!;
    internal CompiledStep Step = null!;
    internal int StepIndex;

    /// <summary>Times in nanoseconds of the schedule.</summary>
    internal long Intended;
    internal long TakenUp;
    internal long TotalDeadline;
    internal long Lag;
    internal Stage Stage;

    /// <summary>Where the present step is executed.</summary>
    internal ITransport Transport = null!;

    /// <summary>The transport's own reference to what executes the step.</summary>
    internal object? Connection;

    internal long BytesSent;
    internal long BytesReceived;

    internal void Begin(CompiledFlow flow, in Arrival arrival)
    {
        (Flow, Arrival, StepIndex) = (flow, arrival, 0);
        Step = flow.Steps[0];
        while (_values.Length < flow.VariableCount)
        {
            _values = [.. _values, new byte[MaxVariableBytes]];
            _lengths = new int[_values.Length];
        }

        _lengths.AsSpan().Clear();
    }

    internal ReadOnlySpan<byte> Variable(int index) => _values[index].AsSpan(0, _lengths[index]);

    /// <summary>Space for a value; its length is set with <see cref="SetVariable"/>.</summary>
    internal Span<byte> VariableSpace(int index) => _values[index];

    internal void SetVariable(int index, int length) => _lengths[index] = length;
}

/// <summary>What a request in flight waits for; each has its time limit.</summary>
internal enum Stage : byte
{
    Connecting,
    Sending,
    FirstByte,
    Body,
}

/// <summary>The connections of one engine thread to one target.</summary>
internal interface ITransport
{
    /// <summary>Sends the present step of the flow. Ends it, now or later, with <c>StepCompleted</c> or <c>StepFailed</c> of the thread.</summary>
    void Start(FlowState flow);

    /// <summary>The flow's time limit passed: gives up its connection. The thread reports the failure.</summary>
    void Abandon(FlowState flow);

    /// <summary>Closes one idle connection. False when there is none.</summary>
    bool CloseIdle();

    void CloseAll();
}

/// <summary>A transport whose work happens on other threads, which wake the engine thread.</summary>
internal interface IWakeable
{
    void OnWake();
}

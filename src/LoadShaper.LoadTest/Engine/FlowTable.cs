namespace LoadShaper.LoadTest.Engine;

/// <summary>The flows of one engine thread: free ones, and the time limits of those in flight.</summary>
internal sealed class FlowTable
{
    private readonly FlowState[] _flows;
    private readonly long[] _deadlines;
    private readonly int[] _free;

    internal FlowTable(int count)
    {
        _flows = [.. Enumerable.Range(0, count).Select(id => new FlowState(id))];
        _deadlines = new long[count];
        _deadlines.AsSpan().Fill(long.MaxValue);
        _free = [.. Enumerable.Range(0, count).Reverse()];
        Free = count;
    }

    internal int Free { get; private set; }
    internal int InFlight => _flows.Length - Free;

    /// <summary>Since when a flow has been free without interruption; only then a delay is the generator's.</summary>
    internal long FreeSince { get; private set; } = long.MinValue;

    internal FlowState this[int id] => _flows[id];

    internal FlowState Take() => _flows[_free[--Free]];

    internal void Release(FlowState flow, long now)
    {
        if (Free == 0)
            FreeSince = now;
        _deadlines[flow.Id] = long.MaxValue;
        _free[Free++] = flow.Id;
    }

    internal void SetDeadline(FlowState flow, long deadline) => _deadlines[flow.Id] = deadline;

    /// <param name="from">Where to go on; 0 at first.</param>
    internal FlowState? NextOverdue(long now, ref int from)
    {
        for (; from < _deadlines.Length; from++)
        {
            if (_deadlines[from] <= now)
                return _flows[from++];
        }

        return null;
    }
}

using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Model;

/// <summary>Which flow an arrival executes: weights against a random number from seed and index.</summary>
public sealed class FlowChoice
{
    private readonly double[] _upTo;
    private readonly ulong _seed;

    public FlowChoice(IReadOnlyList<Flow> flows, ulong seed)
    {
        _seed = seed;
        _upTo = new double[flows.Count];
        var sum = 0.0;
        for (var i = 0; i < flows.Count; i++)
            _upTo[i] = sum += flows[i].Weight;
    }

    public int Of(long index)
    {
        if (_upTo.Length == 1)
            return 0;
        var at = Chance.Unit(_seed, Chance.Streams.Flows, index) * _upTo[^1];
        var found = Array.BinarySearch(_upTo, at);
        // An exact hit belongs to the next flow: each owns [previous sum, own sum).
        return Math.Min(found >= 0 ? found + 1 : ~found, _upTo.Length - 1);
    }
}

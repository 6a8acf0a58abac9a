using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Memory;

/// <summary>A machine of 10 GiB in which others use <see cref="Foreign"/>, and the policy's memory of it.</summary>
internal sealed class Machine
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private MemoryWindow _window = MemoryWindow.Empty;

    internal ByteSize Total { get; set; } = ByteSize.FromMiB(10_000);

    internal MemorySettings Settings { get; set; } = new() { Target = Percent.Of(30), Step = ByteSize.FromMiB(200) };

    internal MemoryState State { get; private set; } = MemoryState.Initial;

    internal DateTimeOffset At { get; set; } = Noon;

    internal ByteSize Foreign { get; set; } = ByteSize.FromMiB(1_000);

    internal ByteSize Cached { get; set; } = ByteSize.FromMiB(500);

    internal ByteSize Held { get; set; }

    internal ByteSize? Ordered { get; set; }

    internal Percent? Pressure { get; set; }

    internal CgroupMemory? Cgroup { get; set; }

    internal GatePosition Gate { get; set; } = GatePosition.Open;

    internal bool Wanted { get; set; } = true;

    internal bool Readable { get; set; } = true;

    internal MemoryLoss? Lost { get; set; }

    internal ByteSize Used => Foreign + Held;

    internal MemoryReading Reading => new(
        Total, Total - Used - Cached, Total - Used, ByteSize.Zero, Cached, ByteSize.Zero, ByteSize.Zero);

    /// <summary>One decision five seconds after the last, done at once.</summary>
    internal IReadOnlyList<MemoryEvent> Step()
    {
        At += TimeSpan.FromSeconds(5);
        if (Readable)
            _window = _window.Add(At, Reading, Held, settled: Held == (Ordered ?? Held));
        var decision = MemoryPolicy.Decide(Settings, State, new MemoryInput(
            At, Readable ? Reading : null, _window.UnseenFor(At), _window.Recent, Pressure, Cgroup, Held, Ordered ?? Held, Gate, Wanted, Lost));
        Lost = null;
        State = decision.Events.Aggregate(State, (state, happened) => state.Apply(happened));
        if (Ordered is null)
            Held = decision.Plan.Hold;
        else
            Ordered = decision.Plan.Hold;
        return decision.Events;
    }

    internal IReadOnlyList<MemoryEvent> Run(TimeSpan time) =>
        Enumerable.Range(0, (int)(time / TimeSpan.FromSeconds(5))).SelectMany(_ => Step()).ToList();

    internal static Machine AtTarget()
    {
        var machine = new Machine();
        machine.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(MemoryPhase.Holding, machine.State.Phase);
        return machine;
    }
}

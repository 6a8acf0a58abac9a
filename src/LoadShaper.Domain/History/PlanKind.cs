using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.History;

/// <summary>What the CPU plan was for, with either strategy.</summary>
public enum PlanKind
{
    /// <summary>The P95 is under the threshold: every slot counts.</summary>
    CatchUp,

    /// <summary>A high slot.</summary>
    High,

    /// <summary>A baseline slot.</summary>
    Baseline,

    /// <summary>A block of load (strategy `blocks`).</summary>
    Block,

    /// <summary>The gate keeps the load off.</summary>
    Held,

    /// <summary>No load is needed.</summary>
    Resting,
}

/// <summary>The kind of a plan from what the controller reports, or recorded, of it.</summary>
internal static class PlanKinds
{
    public static readonly int Count = Enum.GetValues<PlanKind>().Length;

    public static PlanKind Of(ControllerStatus status) => status.Kind is { } kind
        ? Of(kind)
        : status.Block is not null ? PlanKind.Block : WithoutBlock(status.Gate?.Position);

    public static PlanKind Of(SlotKind kind) => kind switch
    {
        SlotKind.CatchUp => PlanKind.CatchUp,
        SlotKind.High => PlanKind.High,
        SlotKind.Baseline => PlanKind.Baseline,
        SlotKind.Held => PlanKind.Held,
        _ => PlanKind.Resting,
    };

    public static PlanKind WithoutBlock(GatePosition? gate) => gate == GatePosition.Closed ? PlanKind.Held : PlanKind.Resting;
}

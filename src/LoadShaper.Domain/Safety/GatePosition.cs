namespace LoadShaper.Domain.Safety;

/// <summary>Whether real work leaves room for load. Every doubt is <see cref="Closed"/>.</summary>
public enum GatePosition
{
    Open,

    /// <summary>
    /// Only the load average asks for rest: foreign CPU under 20 %, run-queue delay of our threads and memory
    /// pressure low. What the idle rule needs still runs at CPU_P95_TARGET_MIN; the rest idles.
    /// </summary>
    HeldByLoadAverage,

    /// <summary>Real work wants the machine: nothing is burnt.</summary>
    Closed,
}

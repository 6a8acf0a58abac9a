namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>What a burning thread remembers from chunk to chunk.</summary>
/// <param name="Last">What was seen last.</param>
/// <param name="PeriodEnd">When the current pacing period ends; zero before the first.</param>
/// <param name="RanAtStart">CPU time at the start of the period.</param>
/// <param name="Carry">CPU time still owed from earlier periods; negative is burnt in advance.</param>
/// <param name="SpellStart">CPU time when it last got the core back after waiting; null when it has slept since.</param>
/// <param name="ShortSpells">How often in a row it had to wait again after running for little.</param>
/// <param name="Rest">How long the last rest was; zero while the core is free.</param>
/// <param name="RestUntil">Nothing is burnt before this.</param>
/// <param name="Taken">How long others waited for this thread, estimated.</param>
public readonly record struct PaceState(
    PaceInput Last,
    TimeSpan PeriodEnd,
    TimeSpan RanAtStart,
    TimeSpan Carry,
    TimeSpan? SpellStart,
    int ShortSpells,
    TimeSpan Rest,
    TimeSpan RestUntil,
    TimeSpan Taken);

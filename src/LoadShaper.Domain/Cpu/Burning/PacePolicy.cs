using System.Runtime.CompilerServices;

namespace LoadShaper.Domain.Cpu.Burning;

/// <summary>
/// When a burning thread burns and when it sleeps: in each pacing period its duty and what it still owes, by its own CPU
/// clock; nothing without a valid order; and nothing for a while when others have to share the core with it.
/// </summary>
/// <remarks>
/// Runs on a thread that may be starved at any instruction. It allocates nothing, takes no lock, and is compiled at once,
/// so that the thread never waits for, or holds up, the compiler.
/// </remarks>
public static class PacePolicy
{
    /// <summary>
    /// No multiple of a timer tick (1, 3.3, 4 or 10 ms): where the kernel counts CPU time by ticks, bursts in step with
    /// them would be counted wrongly.
    /// </summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(97.3);

    // Owed time beyond this was kept from us by others, and is not made up.
    private static readonly TimeSpan MostCarry = TimeSpan.FromMilliseconds(30);

    // A shorter wait is the kernel's own doing.
    private static readonly TimeSpan Noticed = TimeSpan.FromMilliseconds(0.2);

    // Kept waiting again after running for less than this: the other was not done when we ran, its turn was over, and
    // it waited for us. A kernel that prefers others to us lets us run only when they are done, and then for longer.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(6);

    // One such spell may be chance, as a second request that came soon.
    private const int Contended = 2;

    // What it costs the other to be put before us, where the kernel does so at once.
    private static readonly TimeSpan Switch = TimeSpan.FromMilliseconds(0.02);

    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(4);

    // Burnt after a rest, to find out whether the others are gone.
    private static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(4);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PaceStep Decide(PaceOrder order, in PaceState before, in PaceInput input)
    {
        var state = Watch(before, input);
        if (order.Duty.IsIdle || input.Now >= order.Until)
            return Sleep(state with { PeriodEnd = TimeSpan.Zero, Carry = TimeSpan.Zero }, TimeSpan.MaxValue);

        if (input.Now < state.RestUntil)
            return Sleep(state, Earlier(state.RestUntil, order.Until));

        var probing = state.Rest > TimeSpan.Zero;
        if (state.ShortSpells >= (probing ? 1 : Contended))
        {
            var rest = probing ? Earlier(state.Rest + state.Rest, LongestRest) : FirstRest;
            var until = input.Now + rest;
            state = state with { Rest = rest, RestUntil = until, PeriodEnd = TimeSpan.Zero, Carry = TimeSpan.Zero };
            return Sleep(state, Earlier(until, order.Until));
        }

        if (input.Now >= state.PeriodEnd)
            state = NextPeriod(order, state);

        var budget = state.Carry + Share(order);
        if (probing)
            budget = Earlier(budget, Probe);
        if (input.Ran - state.RanAtStart < budget)
            return new PaceStep(null, state);

        // A probe that came through: the core is free again.
        if (probing)
            state = state with { Rest = TimeSpan.Zero };
        return Sleep(state, Earlier(state.PeriodEnd, order.Until));
    }

    // Periods follow each other without a gap, so that waking late does not lower the share.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PaceState NextPeriod(PaceOrder order, in PaceState state)
    {
        var now = state.Last.Now;
        if (state.PeriodEnd == TimeSpan.Zero)
            return state with { PeriodEnd = now + Period, RanAtStart = state.Last.Ran };

        var over = 1 + (now - state.PeriodEnd).Ticks / Period.Ticks;
        var carry = state.Carry + over * Share(order) - (state.Last.Ran - state.RanAtStart);
        return state with
        {
            PeriodEnd = state.PeriodEnd + over * Period,
            RanAtStart = state.Last.Ran,
            Carry = Earlier(MostCarry, carry < -MostCarry ? -MostCarry : carry),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PaceState Watch(in PaceState before, in PaceInput input)
    {
        var state = before with { Last = input };
        var isShort = before.SpellStart is { } start && input.Ran - start < Turn;
        if (input.Waited - before.Last.Waited < Noticed)
            return isShort || before.ShortSpells == 0 ? state : state with { ShortSpells = 0 };

        return state with
        {
            SpellStart = input.Ran,
            ShortSpells = isShort ? before.ShortSpells + 1 : 0,
            Taken = before.Taken + Switch + (isShort ? input.Ran - before.SpellStart!.Value : TimeSpan.Zero),
        };
    }

    // A sleeping thread delays no other task: the next spell starts at zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PaceStep Sleep(in PaceState state, TimeSpan until) =>
        new(until, state with { SpellStart = null, ShortSpells = 0 });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TimeSpan Share(PaceOrder order) => new((long)(order.Duty.Value * Period.Ticks));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

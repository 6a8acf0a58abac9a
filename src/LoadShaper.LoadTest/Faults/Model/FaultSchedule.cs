namespace LoadShaper.LoadTest.Faults.Model;

/// <summary>How strong a policy is over time. Pure: time since the start of the proxy or run goes in, a strength of 0 to 1 comes out.</summary>
public abstract record FaultSchedule
{
    /// <summary>0 to 1.</summary>
    public abstract double StrengthAt(TimeSpan elapsed);

    /// <summary>When the strength next becomes zero or stops being zero; null: not any more.</summary>
    public abstract TimeSpan? NextChange(TimeSpan elapsed);
}

/// <summary>From nothing to full strength in a straight line, then full.</summary>
/// <param name="After">Before it nothing happens.</param>
public sealed record RampSchedule(TimeSpan After, TimeSpan Length) : FaultSchedule
{
    public override double StrengthAt(TimeSpan elapsed) => Math.Clamp((elapsed - After) / Length, 0, 1);

    public override TimeSpan? NextChange(TimeSpan elapsed) => elapsed < After ? After : null;
}

/// <summary>Once, at full strength.</summary>
public sealed record SpikeSchedule(TimeSpan At, TimeSpan Length) : FaultSchedule
{
    public override double StrengthAt(TimeSpan elapsed) => elapsed >= At && elapsed < At + Length ? 1 : 0;

    public override TimeSpan? NextChange(TimeSpan elapsed) => elapsed < At ? At : elapsed < At + Length ? At + Length : null;
}

/// <summary>Again and again: first off, then on at full strength.</summary>
public sealed record FlapSchedule(TimeSpan Off, TimeSpan On) : FaultSchedule
{
    public override double StrengthAt(TimeSpan elapsed) => elapsed >= TimeSpan.Zero && Within(elapsed) >= Off ? 1 : 0;

    public override TimeSpan? NextChange(TimeSpan elapsed)
    {
        var start = elapsed - Within(elapsed);
        return Within(elapsed) < Off ? start + Off : start + Off + On;
    }

    private TimeSpan Within(TimeSpan elapsed) => elapsed < TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(elapsed.Ticks % (Off + On).Ticks);
}

/// <summary>Another schedule whose start is not that of the proxy: workers of a distributed run start their proxies before the run.</summary>
/// <param name="By">From the start of the proxy to the start of the run; negative for a part of a run that is taken over.</param>
public sealed record DelayedSchedule(TimeSpan By, FaultSchedule Inner) : FaultSchedule
{
    public override double StrengthAt(TimeSpan elapsed) => elapsed < By ? 0 : Inner.StrengthAt(elapsed - By);

    public override TimeSpan? NextChange(TimeSpan elapsed) => elapsed < By ? By : Inner.NextChange(elapsed - By) + By;
}

namespace LoadShaper.LoadTest.Measure;

internal enum RssState
{
    Normal,

    /// <summary>80 % of the limit: report it.</summary>
    Warning,

    /// <summary>90 %: drop histograms of single steps.</summary>
    TotalsOnly,

    /// <summary>100 %: stop and write what there is.</summary>
    Stop,
}

/// <summary>What to do at a resident size. A state is never left for a lower one: what was dropped does not come back.</summary>
internal sealed class RssLimit(long? limitBytes)
{
    internal RssState State { get; private set; }

    /// <summary>True when the state changed.</summary>
    internal bool Update(long residentBytes)
    {
        if (limitBytes is not { } limit)
            return false;
        var state = residentBytes >= limit ? RssState.Stop
            : residentBytes >= limit / 10 * 9 ? RssState.TotalsOnly
            : residentBytes >= limit / 10 * 8 ? RssState.Warning
            : RssState.Normal;
        if (state <= State)
            return false;
        State = state;
        return true;
    }

    internal string Text(long residentBytes)
    {
        var share = $"{residentBytes >> 20} MiB of {limitBytes >> 20} MiB";
        return State switch
        {
            RssState.Warning => $"Resident memory is above 80 % of the limit ({share})",
            RssState.TotalsOnly => $"Resident memory is above 90 % of the limit ({share}); percentiles of single steps are dropped, totals are kept",
            _ => $"Resident memory reached the limit ({share}); the run stops. Use fewer connections or users, or raise --max-rss",
        };
    }
}

namespace LoadShaper.Domain.Alerts;

/// <summary>What is reported.</summary>
public enum AlertKind
{
    /// <summary>The verdict is AT RISK.</summary>
    AtRisk,

    /// <summary>The verdict turns within a day, and something keeps LoadShaper from adding load.</summary>
    TurnsSoon,

    /// <summary>/health is unhealthy: the VM is not being protected.</summary>
    Unhealthy,

    /// <summary>Decisions cannot be recorded.</summary>
    JournalUnavailable,

    /// <summary>A part of the journal was lost. Reported once; it has no end.</summary>
    JournalLost,

    /// <summary>Oracle's own readings call this VM idle while LoadShaper's call it safe.</summary>
    OracleReadsIdle,

    /// <summary>The kernel does not prefer other work to LoadShaper.</summary>
    NotPolite,

    /// <summary>A VM of FLEET_PEERS does not answer.</summary>
    PeerSilent,

    /// <summary>A receiver of ALERT_URLS or DEADMAN_URL does not accept what it is sent.</summary>
    ChannelFailing,
}

public enum AlertSeverity
{
    Info,
    Warning,
    Critical,
}

/// <summary>When a bad state is reported, and when its end is.</summary>
/// <param name="RaiseAfter">How long it has to last.</param>
/// <param name="ForgetAfter">How long it has to be gone, before it was reported, to count from zero again: a state that comes and goes adds up.</param>
/// <param name="ClearAfter">How long it has to be gone, after it was reported, to be over.</param>
public sealed record AlertRule(AlertSeverity Severity, TimeSpan RaiseAfter, TimeSpan ForgetAfter, TimeSpan ClearAfter)
{
    /// <summary>The verdict turns this much ahead: time enough to act, and less than a healthy machine of either strategy comes to.</summary>
    public static readonly TimeSpan TurnsWithin = TimeSpan.FromHours(24);

    /// <summary>How often an alert that lasts is repeated.</summary>
    public static readonly TimeSpan RemindEvery = TimeSpan.FromDays(1);

    // The verdict is judged on P95s rounded to 0.01, which can pass the threshold back and forth for some minutes.
    private static readonly AlertRule AtRisk = new(AlertSeverity.Critical, Minutes(2), Minutes(1), Minutes(15));

    // A gate that opens for a moment now and then protects nothing: its closed times add up.
    private static readonly AlertRule TurnsSoon = new(AlertSeverity.Warning, Minutes(30), Minutes(30), Minutes(30));

    // A start, a suspend and a restart by the service manager are shorter.
    private static readonly AlertRule Unhealthy = new(AlertSeverity.Critical, Minutes(5), Minutes(1), Minutes(2));

    // A full disk is often emptied by its own clean-up; after an hour without a journal the keeper decides in memory.
    private static readonly AlertRule JournalUnavailable = new(AlertSeverity.Warning, Minutes(15), Minutes(5), Minutes(5));

    private static readonly AlertRule JournalLost = new(AlertSeverity.Warning, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    // Oracle's points are read once an hour.
    private static readonly AlertRule OracleReadsIdle = new(AlertSeverity.Critical, Minutes(60), Minutes(60), Minutes(60));

    // Found once at start, and as true an hour later.
    private static readonly AlertRule NotPolite = new(AlertSeverity.Warning, Minutes(10), Minutes(1), Minutes(1));

    // One answer shows that the VM lives, so silence counts from the last one. A reboot takes less.
    private static readonly AlertRule PeerSilent = new(AlertSeverity.Critical, Minutes(15), TimeSpan.Zero, Minutes(2));

    private static readonly AlertRule ChannelFailing = new(AlertSeverity.Warning, Minutes(60), TimeSpan.Zero, TimeSpan.Zero);

    public static AlertRule Of(AlertKind kind) => kind switch
    {
        AlertKind.AtRisk => AtRisk,
        AlertKind.TurnsSoon => TurnsSoon,
        AlertKind.Unhealthy => Unhealthy,
        AlertKind.JournalUnavailable => JournalUnavailable,
        AlertKind.JournalLost => JournalLost,
        AlertKind.OracleReadsIdle => OracleReadsIdle,
        AlertKind.NotPolite => NotPolite,
        AlertKind.PeerSilent => PeerSilent,
        _ => ChannelFailing,
    };

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}

namespace LoadShaper.Domain.Alerts;

/// <summary>Why a notification is sent.</summary>
public enum NotificationPhase
{
    /// <summary>The state has turned bad.</summary>
    Raised,

    /// <summary>It is still bad, a day after the last notification.</summary>
    Reminder,

    /// <summary>It is over.</summary>
    Recovered,

    /// <summary>`loadshaper alert test`.</summary>
    Test,
}

/// <summary>One message to the user. Its texts are ASCII: ntfy takes the title as an HTTP header.</summary>
/// <param name="Vm">The name of this VM.</param>
/// <param name="Subject">The peer or the channel that it is about; empty when it is about this VM.</param>
/// <param name="Except">The channel that does not receive it, because it is about its own failure; empty for none.</param>
public sealed record Notification(
    DateTimeOffset At,
    string Vm,
    AlertKind? Kind,
    string Subject,
    NotificationPhase Phase,
    AlertSeverity Severity,
    string Title,
    string Message,
    string Except = "")
{
    /// <summary>What `loadshaper alert test` sends.</summary>
    public static Notification Test(DateTimeOffset at, string vm) => AlertText.Test(at, vm);

    /// <summary>Whether both are about the same state.</summary>
    public bool IsAbout(Notification other) => Kind == other.Kind && Subject == other.Subject;
}

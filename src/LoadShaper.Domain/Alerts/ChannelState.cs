using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Alerts;

/// <summary>The outcome of one attempt to deliver.</summary>
/// <param name="Problem">Why it failed, without secrets; null when the receiver accepted it.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone; null when it does not say.</param>
/// <param name="IsRejected">The receiver refuses the content of the request, so that it will refuse it again.</param>
public sealed record DeliveryResult(string? Problem, TimeSpan? RetryAfter = null, bool IsRejected = false)
{
    public static readonly DeliveryResult Delivered = new(Problem: null);

    public bool IsDelivered => Problem is null;
}

/// <summary>A channel as /health and the metrics show it.</summary>
/// <param name="Name">As `ntfy-1`, or `deadman`.</param>
/// <param name="Address">Redacted.</param>
/// <param name="Problem">Why the last attempt failed; null when it did not.</param>
/// <param name="FailingSince">When the first of the failed attempts in a row was; null when the last one did not fail.</param>
/// <param name="Waiting">Notifications that are not delivered yet.</param>
/// <param name="Delivered">Since the start of the daemon.</param>
/// <param name="Failed">Attempts that failed, since the start.</param>
/// <param name="Dropped">Notifications given up because too many were waiting or the receiver rejected them, since the start.</param>
public sealed record ChannelStatus(
    string Name, string Address, string? Problem, DateTimeOffset? FailingSince, int Waiting, DateTimeOffset? DeliveredAt, long Delivered, long Failed, long Dropped);

/// <summary>The notifications that wait for one channel, and when the next attempt is due. Times are the uptime by the monotonic clock.</summary>
/// <param name="Waiting">Oldest first.</param>
/// <param name="Rejections">How often the receiver rejected the oldest.</param>
public sealed record ChannelState(
    string Name, string Address, IReadOnlyList<Notification> Waiting, BackOff Retry, TimeSpan NotBefore = default,
    string? Problem = null, DateTimeOffset? FailingSince = null, DateTimeOffset? DeliveredAt = null, long Delivered = 0, long Failed = 0, long Dropped = 0, int Rejections = 0)
{
    /// <summary>A notification that the receiver rejected this often is dropped, so that the next one is sent.</summary>
    public const int MostRejections = 3;

    /// <summary>More are not kept: the oldest is dropped.</summary>
    public const int MostWaiting = 32;

    /// <summary>A receiver that asks for more patience is asked again after this.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(15);

    public ChannelStatus Status => new(Name, Address, Problem, FailingSince, Waiting.Count, DeliveredAt, Delivered, Failed, Dropped);

    public static ChannelState Of(string name, string address) => new(name, address, [], new BackOff(FirstRetry, LongestRetry));

    /// <summary>A reminder replaces an older one of the same state; a full queue loses its oldest but the one that may be on its way.</summary>
    public ChannelState Add(Notification notification)
    {
        if (notification.Except == Name)
            return this;
        var waiting = Waiting.ToList();
        if (notification.Phase == NotificationPhase.Reminder)
            waiting.RemoveAll(older => older.Phase == NotificationPhase.Reminder && older.IsAbout(notification) && older != Waiting[0]);
        waiting.Add(notification);
        if (waiting.Count <= MostWaiting)
            return this with { Waiting = waiting };
        waiting.RemoveAt(1);
        return this with { Waiting = waiting, Dropped = Dropped + 1 };
    }

    /// <summary>The notification to deliver now; null when none waits or the next attempt is not due.</summary>
    public Notification? Due(TimeSpan uptime) => Waiting.Count > 0 && uptime >= NotBefore ? Waiting[0] : null;

    /// <summary>The outcome of the attempt to deliver the oldest.</summary>
    public ChannelState Apply(DeliveryResult result, DateTimeOffset at, TimeSpan uptime)
    {
        if (result.IsDelivered)
            return this with
            {
                Waiting = [.. Waiting.Skip(1)], Retry = Retry.Reset(), NotBefore = uptime, Problem = null, FailingSince = null, DeliveredAt = at, Delivered = Delivered + 1, Rejections = 0,
            };
        var retry = Retry.Next();
        var failed = this with
        {
            Retry = retry, NotBefore = uptime + Delay(retry, result), Problem = result.Problem, FailingSince = FailingSince ?? at, Failed = Failed + 1,
            Rejections = Rejections + (result.IsRejected ? 1 : 0),
        };
        return failed.Rejections < MostRejections ? failed : failed with { Waiting = [.. Waiting.Skip(1)], Dropped = Dropped + 1, Rejections = 0 };
    }

    internal static TimeSpan Delay(BackOff retry, DeliveryResult result) =>
        result.RetryAfter is { } asked && asked > retry.Delay ? (asked < LongestRetry ? asked : LongestRetry) : retry.Delay;
}

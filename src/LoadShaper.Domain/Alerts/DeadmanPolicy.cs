using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Alerts;

/// <summary>What is sent to the monitor of DEADMAN_URL.</summary>
/// <param name="Text">For its log; ASCII.</param>
public sealed record DeadmanPing(bool IsSuccess, string Text);

/// <summary>What is known of the pings. Times are the uptime by the monotonic clock.</summary>
/// <param name="NotBefore">When the next ping is due, unless the outcome changes.</param>
/// <param name="Last">The last ping that was accepted; null before the first.</param>
public sealed record DeadmanState(
    string Address, BackOff Retry, TimeSpan NotBefore = default, bool? Last = null,
    string? Problem = null, DateTimeOffset? FailingSince = null, DateTimeOffset? DeliveredAt = null, long Delivered = 0, long Failed = 0)
{
    public ChannelStatus Status => new(DeadmanTarget.Name, Address, Problem, FailingSince, 0, DeliveredAt, Delivered, Failed, 0);

    public static DeadmanState Of(DeadmanTarget target) => new(target.Url.Shown, new BackOff(ChannelState.FirstRetry, DeadmanPolicy.Every));

    public DeadmanState Apply(DeadmanPing ping, DeliveryResult result, DateTimeOffset at, TimeSpan uptime)
    {
        if (result.IsDelivered)
            return this with
            {
                Retry = Retry.Reset(), NotBefore = uptime + DeadmanPolicy.Every, Last = ping.IsSuccess, Problem = null, FailingSince = null, DeliveredAt = at, Delivered = Delivered + 1,
            };
        var retry = Retry.Next();
        return this with
        {
            Retry = retry, NotBefore = uptime + ChannelState.Delay(retry, result), Problem = result.Problem, FailingSince = FailingSince ?? at, Failed = Failed + 1,
        };
    }
}

/// <summary>
/// When the monitor is pinged: every five minutes, and at once when the outcome has changed. A success only while the VM is protected;
/// a failure only once that is certain; nothing in between.
/// </summary>
public static class DeadmanPolicy
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <param name="condition">Null when nothing reports the state of this VM any more.</param>
    /// <returns>Null when no ping is due.</returns>
    public static DeadmanPing? Decide(DeadmanState state, AlertState alerts, VmCondition? condition, TimeSpan uptime)
    {
        if (Outcome(alerts, condition) is not { } success)
            return null;
        var changed = state.Last is { } last && last != success && state.Problem is null;
        return changed || uptime >= state.NotBefore ? new DeadmanPing(success, Text(condition)) : null;
    }

    private static bool? Outcome(AlertState alerts, VmCondition? condition) =>
        condition is { IsProtected: true, HasDecided: true } ? true
        : condition is not { IsProtected: true } && (alerts.IsRaised(AlertKind.AtRisk) || alerts.IsRaised(AlertKind.Unhealthy)) ? false
        : null;

    private static string Text(VmCondition? condition) =>
        condition is null ? "unhealthy: health_reporter_silent"
        : condition.IsUnhealthy ? "unhealthy: " + string.Join(", ", condition.Checks)
        : condition.Verdict is null ? $"verdict {VerdictFormatter.Of(null)}"
        : AlertText.Verdict(condition.Verdict);
}

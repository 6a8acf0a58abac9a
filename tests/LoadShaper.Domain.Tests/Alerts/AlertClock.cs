using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Secrets;

namespace LoadShaper.Domain.Tests.Alerts;

/// <summary>The alerts of one VM under virtual time.</summary>
internal sealed class AlertClock
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly VmCondition Healthy = new(
        IsUnhealthy: false, ["all_systems_operational"], HasDecided: true, VerdictOf(VerdictKind.Safe), Politeness: PolitenessVerdict.Polite);

    public DateTimeOffset Now { get; set; } = Noon;

    public AlertState State { get; set; } = AlertState.Empty;

    public List<Notification> Sent { get; } = [];

    public FleetStatus? Fleet { get; set; }

    public IReadOnlyList<ChannelStatus> Channels { get; set; } = [];

    /// <summary>What was sent, as "AtRisk Raised".</summary>
    public IEnumerable<string> Story => Sent.Select(notification => $"{notification.Kind} {notification.Phase}");

    /// <summary>A decision every 15 s for that long, the first at once.</summary>
    public AlertClock Run(VmCondition? condition, TimeSpan time)
    {
        var step = TimeSpan.FromSeconds(15);
        for (var elapsed = TimeSpan.Zero; elapsed < time; elapsed += step)
        {
            Now += step;
            var decision = AlertPolicy.Decide(State, new AlertInput(Now, step, "vm1", condition, Fleet, Channels));
            State = decision.State;
            Sent.AddRange(decision.Notifications);
        }
        return this;
    }

    public static Verdict VerdictOf(VerdictKind kind, TimeSpan? turnsIn = null) => kind == VerdictKind.AtRisk
        ? new Verdict(kind, null, -1.5, 18.5, 18.5, null, null, TimeSpan.Zero, 40, null)
        : new Verdict(kind, IdleMetric.Cpu, 4, 24, 24, null, null, TimeSpan.Zero, 0, Noon + (turnsIn ?? TimeSpan.FromDays(6)));

    public static FleetStatus FleetOf(string? problem) => new(Noon,
        [new FleetEntry(new FleetPeer("vm2", new SecretUrl(new Uri("http://10.0.0.12:8080/"), "http://10.0.0.12:8080")), new FleetReport("healthy", "SAFE", 4, null, "0.1.0"), Noon, problem)]);

    public static ChannelStatus Channel(string? problem) => new("ntfy-1", "ntfy://ntfy.sh/***", problem, problem is null ? null : Noon, 0, null, 0, 0, 0);
}

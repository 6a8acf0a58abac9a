using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Alerts;

/// <summary>A decision about alerts.</summary>
/// <param name="State">In place of the one before.</param>
/// <param name="Notifications">To be sent, in their order.</param>
public sealed record AlertDecision(AlertState State, IReadOnlyList<Notification> Notifications)
{
    /// <summary>Whether what is kept over a restart has changed.</summary>
    public bool ChangesWhatIsKept(AlertState before) => !State.Raised.Select(Kept).SequenceEqual(before.Raised.Select(Kept));

    private static (AlertKind, string, DateTimeOffset?, DateTimeOffset?) Kept(AlertRecord record) => (record.Kind, record.Subject, record.RaisedAt, record.SentAt);
}

/// <summary>
/// Which notifications are due: when a state has been bad for as long as its <see cref="AlertRule"/> says, once a day while it
/// stays bad, and when it is over.
/// </summary>
public static class AlertPolicy
{
    // A suspend is no observation: of a longer time only this much counts.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);

    public static AlertDecision Decide(AlertState state, AlertInput input)
    {
        var records = new List<AlertRecord>();
        var notifications = new List<Notification>();
        foreach (var signal in Signals(input))
        {
            var before = state.Find(signal.Kind, signal.Subject) ?? new AlertRecord(signal.Kind, signal.Subject);
            if (Step(before, signal, input, notifications) is { } after)
                records.Add(after);
        }

        // What was announced has happened; its end is that of the greater one.
        if (records.Any(record => record is { Kind: AlertKind.AtRisk, IsRaised: true }))
        {
            records.RemoveAll(record => record.Kind == AlertKind.TurnsSoon);
            notifications.RemoveAll(notification => notification.Kind == AlertKind.TurnsSoon);
        }
        return new AlertDecision(new AlertState(records), notifications);
    }

    private static AlertRecord? Step(AlertRecord record, AlertSignal signal, AlertInput input, List<Notification> notifications)
    {
        var rule = AlertRule.Of(record.Kind);
        var elapsed = input.Elapsed > LongestStep ? LongestStep : input.Elapsed;
        if (signal.Bad is not { } bad)
            return record;
        if (!bad)
            return Good(record with { GoodFor = record.GoodFor + elapsed }, rule, signal, input, notifications);

        record = record with { BadFor = record.BadFor + elapsed, GoodFor = TimeSpan.Zero };
        if (!record.IsRaised)
        {
            if (record.BadFor < rule.RaiseAfter)
                return record;
            notifications.Add(AlertText.Of(input, signal, rule.Severity, NotificationPhase.Raised, null));
            return record with { RaisedAt = input.At, SentAt = input.At };
        }
        // A clock that was set back must not postpone the next reminder.
        if (record.SentAt is { } sent && input.At < sent)
            return record with { SentAt = input.At };
        if (record.Kind == AlertKind.JournalLost || input.At - record.SentAt < AlertRule.RemindEvery)
            return record;
        notifications.Add(AlertText.Of(input, signal, rule.Severity, NotificationPhase.Reminder, record.RaisedAt));
        return record with { SentAt = input.At };
    }

    private static AlertRecord? Good(AlertRecord record, AlertRule rule, AlertSignal signal, AlertInput input, List<Notification> notifications)
    {
        if (record.GoodFor < (record.IsRaised ? rule.ClearAfter : rule.ForgetAfter))
            return record;
        if (record.IsRaised)
            notifications.Add(AlertText.Of(input, signal, AlertSeverity.Info, NotificationPhase.Recovered, record.RaisedAt));
        return null;
    }

    // An alert without a signal, as of a peer that is no longer in the settings, ends without a word.
    private static IEnumerable<AlertSignal> Signals(AlertInput input)
    {
        var condition = input.Condition;
        var verdict = condition?.Verdict;
        yield return new(AlertKind.AtRisk, "", verdict?.Kind switch { VerdictKind.AtRisk => true, VerdictKind.Safe => false, _ => null }, AlertText.Verdict(verdict));
        yield return new(AlertKind.TurnsSoon, "", TurnsSoon(condition, input.At), condition?.Prevented ?? "");
        yield return new(AlertKind.Unhealthy, "", condition?.IsUnhealthy ?? true, condition is null ? "health_reporter_silent" : string.Join(", ", condition.Checks));
        yield return new(
            AlertKind.JournalUnavailable, "", condition is { HasDecided: true } ? condition.JournalProblem is not null : null, condition?.JournalProblem ?? "");
        if (condition is null or { JournalLoss: not null } or { HasDecided: false })
            yield return new(AlertKind.JournalLost, "", condition?.JournalLoss is null ? null : true, condition?.JournalLoss ?? "");
        yield return new(
            AlertKind.NotPolite, "", condition?.Politeness switch { PolitenessVerdict.Impolite => true, PolitenessVerdict.Polite => false, _ => null },
            condition?.PolitenessFinding ?? "");
        yield return new(AlertKind.OracleReadsIdle, "", condition?.OracleReadsIdle, AlertText.Verdict(verdict));
        foreach (var entry in input.Fleet?.Entries ?? [])
            yield return new(
                AlertKind.PeerSilent, entry.Peer.Name, entry is { Report: null, Problem: null } ? null : entry.Problem is not null, entry.Problem ?? "");
        foreach (var channel in input.Channels)
            yield return new(AlertKind.ChannelFailing, channel.Name, channel.Problem is not null, channel.Problem ?? "");
    }

    private static bool? TurnsSoon(VmCondition? condition, DateTimeOffset at) =>
        condition?.Verdict is not { } verdict ? null
        // Past its time the verdict itself is the alert.
        : verdict is { Kind: not VerdictKind.AtRisk, TurnsAt: { } turns } && turns - at <= AlertRule.TurnsWithin && condition.Prevented is not null;
}

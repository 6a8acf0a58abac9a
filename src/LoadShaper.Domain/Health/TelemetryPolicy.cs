using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Health;

/// <summary>What a change of writes a telemetry line at once; null before the first report of the controller.</summary>
public readonly record struct TelemetrySubject(ControllerState? State, GatePosition? Gate, VerdictKind? Verdict)
{
    public static TelemetrySubject Of(HealthState state) =>
        new(state.Controller?.State, state.Controller?.Gate?.Position, state.Controller?.Verdict?.Kind);
}

/// <summary>The last telemetry line.</summary>
/// <param name="WrittenAt">Uptime of the daemon; null before the first line.</param>
/// <param name="Subject">As the line showed it.</param>
public readonly record struct TelemetryState(TimeSpan? WrittenAt, TelemetrySubject Subject)
{
    public TelemetryState Apply(TelemetrySubject subject, TimeSpan uptime) => new(uptime, subject);
}

/// <summary>
/// Whether a control period writes a telemetry line: each one after a start, then on each change of controller state, gate
/// position or verdict, and once per TELEMETRY_PERIOD_SEC.
/// </summary>
public static class TelemetryPolicy
{
    /// <summary>Time after a start in which every control period writes a line, so that a user can watch the start.</summary>
    public static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(2);

    /// <param name="period">TELEMETRY_PERIOD_SEC; zero or less than a control period: every control period.</param>
    /// <param name="state">The last line.</param>
    /// <param name="subject">Now.</param>
    /// <param name="uptime">Of the daemon, by the monotonic clock.</param>
    public static bool Decide(TimeSpan period, TelemetryState state, TelemetrySubject subject, TimeSpan uptime) =>
        state.WrittenAt is not { } written
        || period <= TimeSpan.Zero
        || uptime < AfterStart
        || subject != state.Subject
        // Counted from the start: a sample that is a little early or late does not move the lines after it.
        || uptime.Ticks / period.Ticks > written.Ticks / period.Ticks;
}

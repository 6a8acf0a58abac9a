using LoadShaper.Domain.Fleet;

namespace LoadShaper.Domain.Alerts;

/// <summary>What one decision about alerts is made from.</summary>
/// <param name="At">By the wall clock; for the texts and the daily reminders.</param>
/// <param name="Elapsed">Since the decision before, by the monotonic clock; zero for the first.</param>
/// <param name="Vm">The name of this VM.</param>
/// <param name="Condition">Null when nothing reports the state of this VM any more, which is as bad as unhealthy.</param>
/// <param name="Fleet">Null without FLEET_PEERS and before the first reading.</param>
/// <param name="Channels">The state of every channel, the dead man's monitor included.</param>
public sealed record AlertInput(
    DateTimeOffset At, TimeSpan Elapsed, string Vm, VmCondition? Condition, FleetStatus? Fleet, IReadOnlyList<ChannelStatus> Channels);

/// <summary>One state that is good or bad now.</summary>
/// <param name="Bad">Null when it is not known; then nothing changes.</param>
/// <param name="Detail">What is wrong; ASCII.</param>
internal sealed record AlertSignal(AlertKind Kind, string Subject, bool? Bad, string Detail = "");

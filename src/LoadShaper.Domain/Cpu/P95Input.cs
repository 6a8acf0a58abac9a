using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;

namespace LoadShaper.Domain.Cpu;

/// <summary>
/// All that a decision about CPU load depends on besides settings and state. Percentages are of all CPUs, rounded to 0.01
/// before the decision, so that a replay decides from the same numbers.
/// </summary>
/// <param name="At">Now, UTC.</param>
/// <param name="P95">7-day P95 on the 1-minute grid, unseen minutes taken for idle.</param>
/// <param name="P95Five">The same on the 5-minute grid.</param>
/// <param name="P95Hour">The same on the 1-hour grid.</param>
/// <param name="RealHolds">Hours for which real load alone would still hold every reading if it stopped now.</param>
/// <param name="Pace">Percent of the minutes to come that must reach the threshold so that the 1-minute reading never falls under it.</param>
/// <param name="Foreign">CPU use of other processes, last minute.</param>
/// <param name="SlotMean">Whole CPU use over the slot before the present one; null when less than half of it was seen.</param>
/// <param name="Load">Load average per core without our own part; null when unknown.</param>
/// <param name="Noise">Standard deviation of minute means round what they were filled up to.</param>
/// <param name="Steal">Time the hypervisor gave to others, last minute.</param>
/// <param name="SavedBy">Another metric that keeps the machine safe, so that the CPU may rest; null when the CPU has to.</param>
/// <param name="Blocks">What only the strategy `blocks` needs; null with `slots`.</param>
public sealed record P95Input(
    DateTimeOffset At,
    GatePosition Gate,
    double P95,
    double P95Five,
    double P95Hour,
    int RealHolds,
    double Pace,
    double Foreign,
    double? SlotMean,
    double? Load,
    double Noise,
    double Steal,
    IdleMetric? SavedBy = null,
    BlockInput? Blocks = null);

/// <summary>What blocks are planned from.</summary>
/// <param name="Due">
/// For the first, second, … whole hour still to be made: by the end of how many hours, from the start of the present UTC
/// hour, it must be complete so that no reading falls under the threshold. 0 is overdue.
/// </param>
/// <param name="Reached">Minutes of this UTC day at or above the threshold, own and foreign load.</param>
/// <param name="HourSum">Sum of this UTC hour's seen minute means.</param>
/// <param name="HourSeen">How many of them there are.</param>
/// <param name="Profile">Foreign CPU use by UTC hour of the day, as the stored weeks show it; 24 numbers.</param>
/// <param name="Reserve">
/// Hours for which the readings must hold without further load; <paramref name="Due"/> includes them. Null without a
/// reserve, as in journals of earlier builds.
/// </param>
public sealed record BlockInput(
    ShapeFamily Family,
    IReadOnlyList<int> Due,
    int Reached,
    double HourSum,
    int HourSeen,
    IReadOnlyList<double> Profile,
    int? Reserve = null)
{
    public bool Equals(BlockInput? other) =>
        other is not null && Family == other.Family && Reached == other.Reached
        && HourSum.Equals(other.HourSum) && HourSeen == other.HourSeen && Reserve == other.Reserve
        && Due.SequenceEqual(other.Due) && Profile.SequenceEqual(other.Profile);

    public override int GetHashCode() => HashCode.Combine(Family, Reached, HourSum, HourSeen, Due.Count);
}

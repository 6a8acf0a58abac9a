using System.Text;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Journal;

namespace LoadShaper.Replay;

/// <summary>Events for other programs.</summary>
public static class EventExport
{
    public const string SlotHeader =
        "slot,seconds,decided,kind,intensity,gate,state,exceedance,p95_1m,p95_5m,p95_1h,real_holds_h,pace,foreign,slot_mean_before,before_was_high,load,noise,steal,saved_by";

    /// <summary>JSON Lines: the time, the manifest and the payload of each event.</summary>
    public static void WriteJson(TextWriter to, IEnumerable<IEvent> events, TimeRange range)
    {
        foreach (var happened in events)
            if (range.Contains(happened.At))
                to.Write($"{{\"at\":\"{Time(happened.At)}\",\"type\":\"{EventWire.ManifestOf(happened)}\",\"event\":{Encoding.UTF8.GetString(EventWire.Write(happened))}}}\n");
    }

    /// <summary>One slot decision a row. An unknown number is empty.</summary>
    public static void WriteSlots(TextWriter to, IEnumerable<IEvent> events, TimeRange range)
    {
        to.Write(SlotHeader + "\n");
        var state = P95State.Start;
        foreach (var happened in events)
        {
            if (happened is StateRecorded recorded)
                state = recorded.Memory.Cpu;
            if (happened is not P95Event p95)
                continue;
            state = state.Apply(p95);
            if (p95 is SlotDecided e && range.Contains(e.At))
                to.Write(
                    $"{Time(e.Slot.Start)},{e.Slot.Duration.TotalSeconds:0.###},{Time(e.At)},{EventLine.Name(e.Kind)},{e.Intensity.Value},"
                    + $"{e.Input.Gate},{EventLine.Name(state.State)},{state.Exceedance:0.####},{e.Input.P95},{e.Input.P95Five},{e.Input.P95Hour},"
                    + $"{e.Input.RealHolds},{e.Input.Pace},{e.Input.Foreign},{e.Input.SlotMean},{(e.BeforeWasHigh is { } high ? high ? "true" : "false" : "")},"
                    + $"{e.Input.Load},{e.Input.Noise},{e.Input.Steal},{e.Input.SavedBy}\n");
        }
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'");
}

using System.Globalization;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Memory;

/// <summary>What happened to memory, in the operator's words.</summary>
public static class MemoryEventText
{
    public static string Of(MemoryEvent happened) => happened switch
    {
        MemoryGrowthStarted started => $"memory grows from {started.Input.Held} to {started.Want}",
        MemoryTargetReached reached => $"memory target reached: {reached.Input.Held} held, {Used(reached.Input)} of the machine used",
        MemoryLimited limited => $"memory stays at {limited.Input.Held}: more would {Touch(limited.By)}",
        MemoryReleased released => Released(released),
        _ => happened.ToString(),
    };

    private static string Released(MemoryReleased released)
    {
        var text = $"memory: {released.Amount} given back, {Why(released)}";
        return released.NoGrowthBefore > released.At
            ? string.Create(CultureInfo.InvariantCulture, $"{text}; no growth before {released.NoGrowthBefore.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
            : text;
    }

    private static string Why(MemoryReleased released) => released.Cause switch
    {
        MemoryReleaseCause.AboveTarget => "others use more",
        MemoryReleaseCause.Reserve => "available memory fell under the reserve",
        MemoryReleaseCause.Pressure => "others waited for memory",
        MemoryReleaseCause.StopThreshold => "use reached the stop threshold",
        MemoryReleaseCause.CgroupLimit => "the limit of our cgroup came near",
        MemoryReleaseCause.ReadingMissing => "the machine's memory could not be read",
        MemoryReleaseCause.SwitchedOff => "nothing is to be held",
        MemoryReleaseCause.HolderKilled => "the holder was killed, as the kernel does when memory runs out",
        MemoryReleaseCause.HolderFailed => "the holder failed",
        _ => released.Cause.ToString(),
    };

    private static string Touch(MemoryLimit limit) => limit switch
    {
        MemoryLimit.Reserve => "touch the reserve",
        MemoryLimit.StopThreshold => "come near the stop threshold",
        MemoryLimit.Cgroup => "come near the limit of our cgroup",
        _ => limit.ToString(),
    };

    private static string Used(MemoryInput input) => input.Reading is { } reading ? MemoryUse.Of(reading).LowestShare.ToString() : "an unknown share";
}

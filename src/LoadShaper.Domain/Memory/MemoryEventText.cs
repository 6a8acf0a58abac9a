using System.Globalization;
using LoadShaper.Domain.Sampling;

namespace LoadShaper.Domain.Memory;

/// <summary>One line for each memory event, for logs and the timeline.</summary>
public static class MemoryEventText
{
    public static string Of(MemoryEvent happened) => happened switch
    {
        MemoryGrowthStarted started => $"memory grows from {started.Input.Held} to {started.Want}",
        MemoryTargetReached reached => $"memory target reached: {reached.Input.Held} held, {Used(reached.Input)} of the machine used",
        MemoryLimited limited => $"memory stays at {limited.Input.Held}: more would {Touch(limited.By)}",
        MemoryReleaseOrdered ordered => $"memory: release of {ordered.Amount} ordered, {Why(ordered.Cause)}{NoGrowth(ordered.At, ordered.NoGrowthBefore)}",
        MemoryReleased released => $"memory: {released.Amount} released, {Why(released.Cause)}{NoGrowth(released.At, released.NoGrowthBefore)}",
        _ => happened.ToString(),
    };

    private static string NoGrowth(DateTimeOffset at, DateTimeOffset until) => until > at
        ? string.Create(CultureInfo.InvariantCulture, $"; no growth before {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
        : "";

    private static string Why(MemoryReleaseCause cause) => cause switch
    {
        MemoryReleaseCause.AboveTarget => "others use more",
        MemoryReleaseCause.Reserve => "available memory fell under the reserve",
        MemoryReleaseCause.Pressure => "others waited for memory",
        MemoryReleaseCause.StopThreshold => "use reached the stop threshold",
        MemoryReleaseCause.CgroupLimit => "the limit of our cgroup came near",
        MemoryReleaseCause.ReadingMissing => "the machine's memory could not be read",
        MemoryReleaseCause.SwitchedOff => "nothing is to be held",
        MemoryReleaseCause.HolderKilled => "the holder was killed by SIGKILL",
        MemoryReleaseCause.HolderOutOfMemory => "the OOM killer killed the holder",
        MemoryReleaseCause.HolderFailed => "the holder failed",
        _ => cause.ToString(),
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

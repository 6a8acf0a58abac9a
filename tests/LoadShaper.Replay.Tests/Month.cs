namespace LoadShaper.Replay.Tests;

/// <summary>A month on a small machine: a busy afternoon, an evening of waiting tasks, an outage, a clock jump, a full disk, an upgrade.</summary>
public sealed class Month : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Lazy<JournalFile> _file;

    public Month()
    {
        Story = Tell();
        _file = new Lazy<JournalFile>(() =>
        {
            var file = new JournalFile();
            file.Add(Story.Journal);
            return file;
        });
    }

    internal Story Story { get; }

    /// <summary>Its journal; nobody changes it.</summary>
    internal JournalFile File => _file.Value;

    public void Dispose()
    {
        if (_file.IsValueCreated)
            _file.Value.Dispose();
    }

    private static Story Tell()
    {
        var story = new Story { Others = Others }.StartDaemon("0.9.0").Run(12.4 * Day);
        story.Crash().Wait(Day + TimeSpan.FromHours(7)).StartDaemon("0.9.0").Run(4 * Day);
        story.SetClock(TimeSpan.FromHours(3)).Run(3.2 * Day);
        story.FillDisk(TimeSpan.FromHours(1)).Run(3 * Day);
        return story.StopDaemon("stop was asked for").Wait(TimeSpan.FromMinutes(2))
            .StartDaemon("1.0.0", ("CPU_P95_SETPOINT", "24"), ("CPU_P95_STRATEGY", "blocks"), ("CPU_P95_RESERVE_HOURS", "0")).Run(5 * Day);
    }

    private static (double Cpu, double Load) Others(DateTimeOffset at) => (at - Story.Start) switch
    {
        { Days: 8, Hours: 14 or 15 } => (92, 1.1),
        { Days: 9, Hours: 19 or 20 or 21 } => (3, 0.7),
        { Minutes: 30 or 31 } => (88, 0.5),
        { Hours: 2, Minutes: < 20 } => (35, 0.4),
        _ => (2, 0.02),
    };
}

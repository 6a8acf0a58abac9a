using LoadShaper.Daemon.Page;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;

namespace LoadShaper.PageHost;

/// <summary>The states in which the page is tested. Each is decided by the daemon's own controller, in virtual time.</summary>
internal static class Scenarios
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Work Quiet = new();

    public static IReadOnlyList<string> Names { get; } =
        ["starting", "first-hour", "first-day", "safe", "blocks", "memory", "at-risk", "yielding", "lost-journal", "silent"];

    /// <param name="now">Where the scenario ends.</param>
    public static PageServer Create(string name, DateTimeOffset now)
    {
        var settings = new LoadShaperSettings();
        var shape = Shape("VM.Standard.E2.1.Micro", ShapeFamily.E2);
        switch (name)
        {
            case "starting":
                return new VirtualDaemon(settings, shape, now).Serve();
            case "first-hour":
                return new VirtualDaemon(settings, shape, now).Run(0.8 * Hour, Quiet).Serve();
            case "first-day":
                return new VirtualDaemon(settings, shape, now).Run(20 * Hour, Quiet).Serve();
            case "safe":
                return Week(settings, shape, now).Serve();
            case "blocks":
                settings = settings with { Cpu = settings.Cpu with { Strategy = CpuStrategy.Blocks } };
                return Week(settings, shape, now).Serve();
            case "memory":
                settings = settings with { Protect = ProtectWith.Memory };
                return new VirtualDaemon(settings, Shape("VM.Standard.A1.Flex", ShapeFamily.A1), now).Run(9 * Day, Quiet with { MemoryPercent = 27 }).Serve();
            case "at-risk":
                return new VirtualDaemon(settings, shape, now).Run(2 * Day, Quiet).Run(7 * Day, Quiet with { MemoryPressure = 97 }).Serve();
            case "yielding":
                return Week(settings, shape, now, yielding: true).Serve();
            case "lost-journal":
                var lost = Week(settings, shape, now);
                lost.Problem = "SQLite Error 13: 'database or disk is full'.";
                lost.Loss = "journal.db was damaged (database disk image is malformed) and moved to journal.db.corrupt-20261128T120000Z";
                return lost.Serve();
            default:
                return Week(settings, shape, now).Serve(silentFor: TimeSpan.FromMinutes(20));
        }
    }

    // Nine days with a backup each night, steal on two of them, an hour of a high load average, and a morning without the daemon.
    private static VirtualDaemon Week(LoadShaperSettings settings, Shape shape, DateTimeOffset now, bool yielding = false)
    {
        var daemon = new VirtualDaemon(settings, shape, now);
        for (var day = 0; day < 9; day++)
        {
            var work = day is 4 or 5 ? Quiet with { StealPercent = 4 } : Quiet;
            daemon.Run(3 * Hour, work).Run(0.7 * Hour, Quiet with { CpuPercent = 88, LoadPerCore = 1.4 });
            if (day == 6)
                daemon.Off(5 * Hour);
            else
                daemon.Run(5 * Hour, work with { CpuPercent = 9 });
            daemon.Run(1 * Hour, work with { LoadPerCore = day % 2 == 0 ? 0.95 : 0.2 });
            daemon.Run(14.3 * Hour - (day == 8 && yielding ? 0.4 * Hour : TimeSpan.Zero), work);
        }

        return yielding ? daemon.Run(0.4 * Hour, Quiet with { CpuPercent = 93, LoadPerCore = 1.8 }) : daemon;
    }

    private static Shape Shape(string name, ShapeFamily family) =>
        new(name, family, true, "test", 2, ByteSize.FromMiB(1024), null, new Dictionary<string, string>(), []);
}

using LoadShaper.Domain.Safety;

namespace LoadShaper.Daemon.Cpu;

/// <summary>Whether the kernel gives a thread of this process the lowest rank.</summary>
internal static class ThreadRank
{
    private const string Remedy = "allow sched_setscheduler: in the container's seccomp profile, and in systemd's SystemCallFilter and RestrictRealtime";

    /// <summary>Tries it on a thread that ends at once, because it cannot be undone.</summary>
    /// <param name="rankLowest"><see cref="LinuxThread.RankLowest"/>: null with SCHED_IDLE, else why it was refused.</param>
    /// <returns>Null with SCHED_IDLE.</returns>
    public static PolitenessFinding? Try(Func<string?> rankLowest)
    {
        PolitenessFinding? found = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (rankLowest() is { } refused)
                    found = new PolitenessFinding(PolitenessSubject.Rank, $"SCHED_IDLE refused ({refused}); the load threads run at nice 19 instead, and other processes wait a little for them", Remedy);
            }
            catch (Exception e)
            {
                // An exception that leaves a thread ends the process. In each case the rank was not given.
                found = new PolitenessFinding(PolitenessSubject.Rank, $"SCHED_IDLE refused: {e.Message}", Remedy);
            }
        });
        thread.Start();
        thread.Join();
        return found;
    }
}

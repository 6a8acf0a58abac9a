using LoadShaper.Domain.Metrics;
using LoadShaper.Domain.Sampling.Proc;

namespace LoadShaper.Daemon.Health;

/// <summary>Reads the daemon's own process for a scrape. Nothing is kept between two scrapes.</summary>
/// <param name="self">/proc/self unless given.</param>
internal sealed class ProcessReader(string self = "/proc/self")
{
    public ProcessReading Read() => new(
        Environment.CpuUsage.TotalTime, Environment.WorkingSet,
        OpenFiles(), ProcLimits.ParseOpenFiles(ReadFile("limits")), ProcThreads.Parse(ReadFile("stat")));

    // fdinfo has the same entries as fd, but no links: counting them follows none to a file system that does not answer.
    private long? OpenFiles()
    {
        try
        {
            // Without the descriptor by which they are counted.
            return Directory.EnumerateFiles(Path.Combine(self, "fdinfo")).LongCount() - 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private byte[] ReadFile(string name)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(self, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

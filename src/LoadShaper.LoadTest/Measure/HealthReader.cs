using System.Globalization;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Measure;

/// <summary>Reads what the generator itself uses: CPU, run-queue delay of engine threads, memory, garbage collections.</summary>
internal sealed class HealthReader
{
    private readonly List<(string Name, int ThreadId)> _threads = [];
    private readonly long _residentAtStart;
    private long _residentPeak;
    private Reading _start;
    private Reading _last;

    internal HealthReader()
    {
        _residentAtStart = Resident();
        _residentPeak = _residentAtStart;
        _start = _last = Read(TimeSpan.Zero);
    }

    internal long ResidentBytes { get; private set; }

    internal void Add(string name, int threadId)
    {
        lock (_threads)
            _threads.Add((name, threadId));
    }

    /// <summary>Starts the measured time: the warm-up is not in the averages.</summary>
    internal void Restart(TimeSpan now)
    {
        lock (_threads)
            _start = _last = Read(now);
    }

    /// <summary>Once a second. Returns the cores used since the last call.</summary>
    internal double Update(TimeSpan now)
    {
        lock (_threads)
        {
            var reading = Read(now);
            var wall = (reading.At - _last.At).TotalSeconds;
            var cpu = wall <= 0 ? 0 : (reading.Cpu - _last.Cpu).TotalSeconds / wall;
            // A thread that ended has no reading any more; its last one counts.
            for (var i = 0; i < reading.Threads.Length; i++)
            {
                if (reading.Threads[i].Cpu < 0 && i < _last.Threads.Length)
                    reading.Threads[i] = _last.Threads[i];
            }

            _last = reading;
            ResidentBytes = Resident();
            _residentPeak = Math.Max(_residentPeak, ResidentBytes);
            return cpu;
        }
    }

    internal GeneratorHealth ToHealth(LatencyHistogram lag, string engine, string? limit, long stalls)
    {
        lock (_threads)
        {
            var wall = Math.Max(1e-9, (_last.At - _start.At).TotalSeconds);
            return new GeneratorHealth
            {
                Lag = lag,
                Threads = [.. _threads.Select((thread, i) => Health(thread.Name, i, wall))],
                Cpu = (_last.Cpu - _start.Cpu).TotalSeconds / wall,
                Cores = Environment.ProcessorCount,
                ResidentBytesAtStart = _residentAtStart,
                ResidentBytesPeak = _residentPeak,
                ResidentBytes = ResidentBytes,
                GarbageCollections = _last.Collections - _start.Collections,
                GarbageCollectionPause = _last.Pause - _start.Pause,
                Engine = engine,
                EngineLimit = limit,
                RecordStalls = stalls,
            };
        }
    }

    private EngineThreadHealth Health(string name, int index, double wall)
    {
        if (index >= _last.Threads.Length || _last.Threads[index].Cpu < 0)
            return new EngineThreadHealth(name, double.NaN, double.NaN);
        var before = index < _start.Threads.Length && _start.Threads[index].Cpu >= 0 ? _start.Threads[index] : default;
        var now = _last.Threads[index];
        return new EngineThreadHealth(name, (now.Cpu - before.Cpu) / 1e9 / wall, (now.Wait - before.Wait) / 1e9 / wall);
    }

    private Reading Read(TimeSpan at) => new(
        at, Environment.CpuUsage.TotalTime, GC.CollectionCount(0), GC.GetTotalPauseDuration(), [.. _threads.Select(thread => SchedStat(thread.ThreadId))]);

    private static (long Cpu, long Wait) SchedStat(int threadId)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/self/task/{threadId}/schedstat").Split(' ');
            return (long.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // No schedstat in this kernel, or the thread has ended.
            return (-1, -1);
        }
    }

    private static long Resident() => Environment.WorkingSet;

    private readonly record struct Reading(TimeSpan At, TimeSpan Cpu, int Collections, TimeSpan Pause, (long Cpu, long Wait)[] Threads);
}

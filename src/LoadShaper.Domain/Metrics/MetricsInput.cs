using LoadShaper.Domain.Health;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Domain.Metrics;

/// <summary>Everything that a scrape is answered from: the last reports, and what was read of the process for it.</summary>
public sealed record MetricsInput(
    HealthState State, HealthVerdict Health, LoadShaperSettings Settings, ProgramFacts Program, ProcessReading Process, StorageReading? Storage);

/// <summary>What does not change while the daemon runs.</summary>
/// <param name="Akka">"Akka.NET" and its version.</param>
/// <param name="Shape">The name of the VM's shape.</param>
public sealed record ProgramFacts(string Version, string Akka, DateTimeOffset Started, string Shape, ShapeFamily Family);

/// <summary>The daemon's process at the time of a scrape.</summary>
/// <param name="Cpu">CPU time since its start, load included.</param>
/// <param name="Resident">Bytes of physical memory, without the memory holder's process.</param>
/// <param name="OpenFiles">Open file descriptors; null when unknown, as the two below.</param>
/// <param name="MaxFiles">The soft limit of open file descriptors.</param>
/// <param name="Threads">Threads of the process, those of the load included.</param>
public sealed record ProcessReading(TimeSpan Cpu, long Resident, long? OpenFiles, long? MaxFiles, long? Threads);

/// <summary>The data directory at the time of a scrape.</summary>
/// <param name="JournalSize">Bytes of the journal and its write-ahead log; null without a journal.</param>
/// <param name="Free">Bytes that the daemon may still write; null when unknown.</param>
public sealed record StorageReading(long? JournalSize, long? Free);

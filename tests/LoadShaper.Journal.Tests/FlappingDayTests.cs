using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Microsoft.Data.Sqlite;
using Xunit;
using Xunit.Abstractions;

namespace LoadShaper.Journal.Tests;

/// <summary>
/// The journal of one simulated day of 5 s control periods, as a file, under loads that are built to move the gate as often
/// as possible. At most 1 MB.
/// </summary>
public sealed class FlappingDayTests(ITestOutputHelper output) : IDisposable
{
    private const long MostBytes = 1_000_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly ByteSize Memory = ByteSize.FromMiB(1024);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadshaper-flapping-");

    /// <summary>Foreign CPU in percent, load average per core and memory pressure in percent, by the gate of the turn before.</summary>
    private delegate (double Foreign, double Load, double Pressure) Others(GatePosition gate, int period, Random random);

    public static TheoryData<string, CpuStrategy> Days => new()
    {
        { "wandering", CpuStrategy.Slots },
        { "contrary", CpuStrategy.Slots },
        { "contrary in two steps", CpuStrategy.Slots },
        { "every cause", CpuStrategy.Slots },
        { "each minute", CpuStrategy.Slots },
        { "contrary", CpuStrategy.Blocks },
        { "wandering", CpuStrategy.Blocks },
    };

    [Theory]
    [MemberData(nameof(Days))]
    public void A_day_of_a_gate_that_flaps_is_at_most_a_megabyte(string load, CpuStrategy strategy)
    {
        var events = Day(Load(load), strategy);
        var bytes = Write(events);

        var closings = events.Count(happened => happened is GateClosed);
        output.WriteLine($"{load}, {strategy}: {closings} closings, {events.Count} events, {bytes / 1e6:0.00} MB");
        Assert.True(closings >= 20, $"{closings} closings show nothing");
        Assert.InRange(bytes, 1, MostBytes);
    }

    private static Others Load(string name)
    {
        var load = 0.65;
        return name switch
        {
            // As in the field: between 0.4 and 0.9 per core.
            "wandering" => (_, _, random) =>
            {
                load = Math.Clamp(load + 0.12 * (random.NextDouble() - 0.5), 0.35, 0.9);
                return (Math.Min(100, 100 * load * (0.2 + 0.9 * random.NextDouble())), load, 0);
            },
            "contrary" => (gate, _, _) => gate == GatePosition.Open ? (95, 0.3, 0) : (2, 0.1, 0),
            "contrary in two steps" => (gate, _, _) => gate switch
            {
                GatePosition.Open => (10, 0.7, 0),
                GatePosition.HeldByLoadAverage => (30, 0.7, 0),
                _ => (10, 0.3, 0),
            },
            "every cause" => (gate, period, random) =>
                gate == GatePosition.Open || period % 3 > 0
                    ? (random.Next(2) * 90, random.Next(2) * 0.9, random.Next(2) * 30)
                    : (2, 0.1, 0),
            // A job of ten seconds a minute.
            _ => (_, period, _) => period % 12 < 2 ? (95, 0.3, 0) : (2, 0.3, 0),
        };
    }

    private static List<IEvent> Day(Others others, CpuStrategy strategy)
    {
        var random = new Random(7);
        var loop = new ControllerLoop(
            new CpuSettings { Strategy = strategy }, new GateSettings(), ProtectWith.Cpu, ShapeFamily.E2, new SamplingSettings { ControlPeriod = Period });
        List<IEvent> events = [];
        var (own, gate) = (0.0, GatePosition.Open);
        for (var period = 0; period < TimeSpan.FromDays(1) / Period; period++)
        {
            var at = Start + (period + 1) * Period;
            var (foreign, load, pressure) = others(gate, period, random);
            var busy = Math.Min(100, Math.Max(foreign, foreign + own));
            var turn = loop.Turn(new Sample(
                at, Period, 2,
                new CpuReading(Percent.Of(busy), Percent.Of(busy), Percent.Zero, Percent.Of(busy - foreign), Percent.Of(busy - foreign)),
                new MemoryReading(Memory, ByteSize.FromMiB(512), ByteSize.FromMiB(512), default, default, default, default),
                null,
                new LoadReading(2 * load, 2 * load, 2 * load, 2 * load),
                new PressureReading(null, Percent.Of(pressure), null)));
            foreach (var happened in turn.Events)
                loop.Apply(happened);
            events.AddRange(turn.Events);
            gate = turn.Gate.Position;
            own = gate == GatePosition.Closed ? 0 : Math.Max(0, turn.Plan.Intensity.Value - foreign);
        }

        return events;
    }

    // Rows as Akka.Persistence.Sql writes them.
    private long Write(IReadOnlyList<IEvent> events)
    {
        var path = Path.Combine(_directory.FullName, "journal.db");
        using (var file = new JournalFile(path))
            file.Prepare(Start);
        using var connection = SqliteFile.Open(path);
        using (var transaction = connection.BeginTransaction())
        {
            var writer = Guid.NewGuid().ToString("N");
            for (var i = 0; i < events.Count; i++)
                Insert(connection, i + 1, events[i], writer);
            transaction.Commit();
        }

        SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return new FileInfo(path).Length;
    }

    private static void Insert(SqliteConnection connection, long nr, IEvent happened, string writer)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, 'loadshaper', $nr, $message, $manifest, 77001, $writer)
            """;
        command.Parameters.AddWithValue("$created", happened.At.UtcTicks);
        command.Parameters.AddWithValue("$nr", nr);
        command.Parameters.AddWithValue("$message", EventWire.Write(happened));
        command.Parameters.AddWithValue("$manifest", EventWire.ManifestOf(happened));
        command.Parameters.AddWithValue("$writer", writer);
        command.ExecuteNonQuery();
    }

    public void Dispose() => _directory.Delete(recursive: true);
}

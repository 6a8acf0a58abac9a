using System.Globalization;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LoadShaper.Journal.Tests;

/// <summary>
/// One damaged byte of a small journal. A sample of the bytes by default, each byte with LOADSHAPER_FUZZ=all (bench/damage/run).
/// </summary>
public sealed class DamageTests : IDisposable
{
    private const int Sampled = 300;
    private const string PluginRead =
        "SELECT sequence_number, message FROM journal WHERE persistence_id = 'loadshaper' AND deleted = 0 AND sequence_number >= 1 AND sequence_number <= 9223372036854775807 ORDER BY sequence_number";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    // In memory where there is such a place: thousands of files are written, and none has to survive a power cut.
    private readonly string _directory = Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/loadshaper-damage-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("loadshaper-damage-").FullName;

    private string Database => Path.Combine(_directory, "journal.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_damaged_byte_is_survived_and_no_event_is_lost_without_a_word()
    {
        var sound = Build();
        var expected = ReadAsPlugin();
        Assert.Equal(WireEvents.All.Count, expected.Count);
        var failures = new List<string>();
        foreach (var (offset, value) in Damages(sound))
        {
            try
            {
                if (Try(sound, offset, value, expected) is { } silent)
                    failures.Add($"byte {offset} = {value}: {silent}");
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Add($"byte {offset} = {value}: {e}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} failures, the first:\n{string.Join('\n', failures.Take(5))}");
    }

    private string? Try(byte[] sound, int offset, byte value, List<(long, string)> expected)
    {
        foreach (var file in Directory.GetFiles(_directory))
            File.Delete(file);
        var damaged = (byte[])sound.Clone();
        damaged[offset] = value;
        File.WriteAllBytes(Database, damaged);

        if (ReplayLosesSilently(Database, expected.Count) is { } unnamed)
            return unnamed;

        JournalLoss? loss;
        var notices = new List<string>();
        using (var journal = new JournalFile(Database, onNotice: notices.Add))
            loss = journal.Prepare(Now);
        if (loss is null)
            return PluginLosesSilently(expected);

        if (loss.Aside is null || !File.Exists(loss.Aside))
            return "nothing was kept";
        ReplayLosesSilently(loss.Aside, expected.Count);
        // The daemon ended before it could record the loss.
        using var again = new JournalFile(Database);
        if (again.Prepare(Now)?.Aside != loss.Aside)
            return "the loss is forgotten at the next start";
        return null;
    }

    private static string? ReplayLosesSilently(string path, int expected)
    {
        try
        {
            using var reader = JournalReader.Open(path);
            reader.ReadLast();
            var (read, problems, last, holes) = (0, 0, 0L, 0);
            foreach (var entry in reader.Read())
            {
                if (entry.Problem is not null)
                    problems++;
                else
                    read++;
                if (entry.SequenceNr > last + 1)
                    holes++;
                last = entry.SequenceNr;
            }
            return read < expected && problems + holes == 0 ? $"replay reads {read} events and names no problem" : null;
        }
        catch (JournalUnreadableException)
        {
            return null;
        }
    }

    // What the controller folds must be what was written; a hole between or behind the events is reported by it.
    private string? PluginLosesSilently(List<(long Number, string Message)> expected)
    {
        var read = ReadAsPlugin();
        var payloadDiffers = 0;
        foreach (var (number, message) in read)
        {
            if (!expected.Any(row => row.Number == number))
                return $"the plugin reads an event {number} that was never written";
            if (!expected.Contains((number, message)))
                payloadDiffers++;
        }
        // One damaged byte is in one payload; it is unreadable, or another valid value, which nothing can tell.
        return payloadDiffers > 1 ? $"{payloadDiffers} events have the content of others"
            : read.Select(row => row.Number).Distinct().Count() != read.Count ? "the plugin reads an event twice"
            : null;
    }

    private List<(long Number, string Message)> ReadAsPlugin()
    {
        using var connection = SqliteFile.Open(Database);
        using var command = connection.CreateCommand();
        command.CommandText = PluginRead;
        using var reader = command.ExecuteReader();
        var rows = new List<(long, string)>();
        while (reader.Read())
            rows.Add((reader.GetInt64(0), Convert.ToHexString(reader.GetFieldValue<byte[]>(1))));
        return rows;
    }

    private byte[] Build()
    {
        using (var journal = new JournalFile(Database))
        {
            Assert.Null(journal.Prepare(Now));
            using var connection = SqliteFile.Open(Database);
            var number = 0;
            foreach (var happened in WireEvents.All.Values)
                Insert(connection, ++number, happened);
            using var snapshot = connection.CreateCommand();
            snapshot.CommandText = "INSERT INTO snapshot VALUES ('loadshaper', $nr, $created, $snapshot, $manifest, 77001)";
            snapshot.Parameters.AddWithValue("$nr", number - 2);
            snapshot.Parameters.AddWithValue("$created", Now.UtcTicks);
            snapshot.Parameters.AddWithValue("$snapshot", SnapshotWire.Write(ControllerSnapshot.Empty));
            snapshot.Parameters.AddWithValue("$manifest", SnapshotWire.Manifest);
            snapshot.ExecuteNonQuery();
            SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        return File.ReadAllBytes(Database);
    }

    private static void Insert(SqliteConnection connection, long number, IEvent happened)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, 'loadshaper', $nr, $message, $manifest, 77001, '0123456789abcdef0123456789abcdef')
            """;
        command.Parameters.AddWithValue("$created", happened.At.UtcTicks);
        command.Parameters.AddWithValue("$nr", number);
        command.Parameters.AddWithValue("$message", EventWire.Write(happened));
        command.Parameters.AddWithValue("$manifest", EventWire.ManifestOf(happened));
        command.ExecuteNonQuery();
    }

    private static IEnumerable<(int Offset, byte Value)> Damages(byte[] sound)
    {
        // The same in every run.
        var random = new Random(20261121);
        var setting = Environment.GetEnvironmentVariable("LOADSHAPER_FUZZ");
        if (setting == "all")
        {
            for (var offset = 0; offset < sound.Length; offset++)
                yield return (offset, (byte)(sound[offset] ^ (1 << random.Next(8))));
            yield break;
        }
        var used = Enumerable.Range(0, sound.Length).Where(offset => sound[offset] != 0).ToArray();
        var sampled = int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : Sampled;
        for (var i = 0; i < sampled; i++)
        {
            var offset = used[random.Next(used.Length)];
            // A flipped bit, or any other value.
            yield return (offset, random.Next(2) == 0 ? (byte)(sound[offset] ^ (1 << random.Next(8))) : (byte)(sound[offset] + 1 + random.Next(255)));
        }
    }
}

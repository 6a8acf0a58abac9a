using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence;
using Akka.Persistence.Sql.Hosting;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Settings;
using LoadShaper.Journal;
using LoadShaper.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LoadShaper.JournalYear;

/// <summary>Simulated days into a real journal, and the snapshot that a daemon would have left.</summary>
internal static class YearWriter
{
    private const int Batch = 1000;

    public static async Task WriteAsync(string path, int days)
    {
        if (SqliteFile.Prepare(path) is { } problem)
            throw new IOException(problem);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddAkka("loadshaper", akka => akka
            .AddHocon(ConfigurationFactory.ParseString(AkkaConf()), HoconAddMode.Prepend)
            .WithSqlPersistence(SqliteFile.ConnectionString(path), "SQLite.MS"));
        using var host = builder.Build();
        await host.StartAsync();
        var writer = host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new Writer()));

        var started = new DaemonStarted(
            SimulationOptions.Start, "bench", "bench", 2, SettingsTable.All.ToDictionary(setting => setting.Name, setting => setting.Default));
        var events = new List<IEvent> { started };
        var memory = ControllerSnapshot.Empty;
        var written = 0;
        void Flush()
        {
            if (events.Count == 0)
                return;
            var done = new TaskCompletionSource();
            writer.Tell(new Writer.Store([.. events], done), ActorRefs.NoSender);
            done.Task.Wait();
            written += events.Count;
            events.Clear();
        }

        var options = new SimulationOptions { Days = days, Foreign = new ForeignLoad.Sine(2, 30), Noise = 2 };
        Simulator.Run(options, (before, turn) =>
        {
            memory = before;
            foreach (var happened in turn.Events)
            {
                var recorded = happened is StateRecorded state ? state with { Memory = state.Memory with { Started = started } } : happened;
                events.Add(recorded);
                memory = memory.Apply(recorded);
            }

            if (events.Count >= Batch)
                Flush();
        });
        Flush();
        var saved = new TaskCompletionSource();
        writer.Tell(new Writer.Save(memory with { Started = started }, saved), ActorRefs.NoSender);
        await saved.Task;
        await host.StopAsync();
        using var connection = SqliteFile.Open(path);
        // A daemon writes a row when it decides; here all rows were written within minutes.
        SqliteFile.Execute(connection,
            """
            UPDATE journal SET created = 621355968000000000 + 10000000 * CAST(round(86400 * (julianday(coalesce(
              json_extract(CAST(message AS TEXT), '$.at'), json_extract(CAST(message AS TEXT), '$.input.at'))) - 2440587.5)) AS INTEGER)
            """);
        SqliteFile.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        Console.WriteLine($"{written:N0} events of {days} days");
    }

    private static string AkkaConf()
    {
        using var reader = new StreamReader(typeof(DataDirectory).Assembly.GetManifestResourceStream("akka.conf")!);
        return reader.ReadToEnd();
    }
}

internal sealed class Writer : ReceivePersistentActor
{
    public sealed record Store(IReadOnlyList<IEvent> Events, TaskCompletionSource Done);

    public sealed record Save(ControllerSnapshot Memory, TaskCompletionSource Done);

    private TaskCompletionSource? _saving;

    public Writer()
    {
        Command<Store>(store =>
        {
            PersistAll(store.Events, _ => { });
            DeferAsync(store, stored => stored.Done.SetResult());
        });
        Command<Save>(save =>
        {
            _saving = save.Done;
            SaveSnapshot(save.Memory);
        });
        Command<SaveSnapshotSuccess>(_ => _saving!.SetResult());
    }

    // As the daemon's controller.
    public override string PersistenceId => "loadshaper";
}

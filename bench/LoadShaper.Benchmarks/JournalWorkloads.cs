using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Akka.Persistence.Sql.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LoadShaper.Benchmarks;

/// <summary>A journal in SQLite, in WAL mode as the daemon has it.</summary>
public abstract class JournalWorkload : Workload
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadshaper-bench-");
    private IHost? _host;

    protected ActorSystem System => _host!.Services.GetRequiredService<ActorSystem>();

    public override async Task Start()
    {
        var connectionString = $"Data Source={Path.Combine(_directory.FullName, "journal.db")}";
        using (var connection = new SqliteConnection(connectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL";
            command.ExecuteNonQuery();
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddAkka("bench", akka => akka
            .AddHocon("akka.loglevel = WARNING", HoconAddMode.Prepend)
            .WithCustomSerializer("decision", [typeof(Decision)], system => new DecisionSerializer(system))
            .WithSqlPersistence(connectionString, "SQLite.MS"));
        _host = builder.Build();
        await _host.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static async Task Completed(Action<TaskCompletionSource> ask)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ask(done);
        await done.Task;
    }
}

/// <summary>Events persisted one at a time: the next is asked for when the one before is stored.</summary>
public sealed class PersistWorkload : JournalWorkload
{
    public const int Count = 1_000;

    private IActorRef _actor = ActorRefs.Nobody;

    public override string Name => "persist one by one";

    public override string Unit => "events/s";

    public override int Operations => Count;

    public override async Task Start()
    {
        await base.Start();
        _actor = System.ActorOf(Props.Create(() => new Journaling("one-by-one", null)));
    }

    public override Task Run() => Completed(done => _actor.Tell(new Journaling.OneByOne(Count, done), ActorRefs.NoSender));
}

/// <summary>An actor that comes back from a long journal.</summary>
public sealed class RecoverWorkload : JournalWorkload
{
    public const int Count = 100_000;
    private const int Batch = 1_000;

    public override string Name => "recover";

    public override string Unit => "events/s";

    public override int Operations => Count;

    public override async Task Start()
    {
        await base.Start();
        var writer = System.ActorOf(Props.Create(() => new Journaling("long", null)));
        for (var written = 0; written < Count; written += Batch)
            await Completed(done => writer.Tell(new Journaling.Together(Batch, done), ActorRefs.NoSender));
        await writer.GracefulStop(TimeSpan.FromMinutes(1));
    }

    public override async Task Run()
    {
        IActorRef reader = ActorRefs.Nobody;
        await Completed(done => reader = System.ActorOf(Props.Create(() => new Journaling("long", done))));
        await reader.GracefulStop(TimeSpan.FromMinutes(1));
    }
}

internal sealed class Journaling : ReceivePersistentActor
{
    private int _left;

    public Journaling(string persistenceId, TaskCompletionSource? recovered)
    {
        PersistenceId = persistenceId;
        Recover<Decision>(_ => { });
        Recover<RecoveryCompleted>(_ => recovered?.SetResult());
        Command<OneByOne>(m =>
        {
            _left = m.Count;
            Self.Tell(new Next(m.Done));
        });
        Command<Next>(m => Persist(Decision.Usual, _ =>
        {
            if (--_left == 0)
                m.Done.SetResult();
            else
                Self.Tell(m);
        }));
        Command<Together>(m =>
        {
            _left = m.Count;
            PersistAll(Enumerable.Repeat(Decision.Usual, m.Count), _ =>
            {
                if (--_left == 0)
                    m.Done.SetResult();
            });
        });
    }

    public override string PersistenceId { get; }

    public sealed record OneByOne(int Count, TaskCompletionSource Done);

    public sealed record Together(int Count, TaskCompletionSource Done);

    private sealed record Next(TaskCompletionSource Done);
}

using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.Persistence.Sql.Hosting;
using Akka.Serialization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.ContractTests.Persistence;

public interface IStored;

public sealed record Happened(string What) : IStored;

/// <summary>An event that the serializer refuses.</summary>
public sealed record Unwritable(string What) : IStored;

public sealed record Total(IReadOnlyList<string> Seen) : IStored;

public sealed class StoredSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4711;

    public override string Manifest(object o) => o switch
    {
        Happened => "happened.v1",
        Total => "total.v1",
        _ => throw new InvalidOperationException("there is no manifest for this one"),
    };

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj switch
    {
        Happened happened => happened.What,
        Total total => string.Join(",", total.Seen),
        _ => throw new InvalidOperationException("there are no bytes for this one"),
    });

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return manifest switch
        {
            "happened.v1" => new Happened(text),
            "total.v1" => new Total(text.Split(',')),
            _ => throw new InvalidOperationException($"unknown manifest {manifest}"),
        };
    }
}

/// <summary>A database file, and actor systems that use it one after another, as a daemon that is started again.</summary>
public sealed class JournalFixture : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("akka-journal-");

    public string File => Path.Combine(_directory.FullName, "journal.db");

    public string ConnectionString => $"Data Source={File}";

    public static Task<IHost> StartHost(Action<AkkaConfigurationBuilder> configure) =>
        StartHost((builder, _) => configure(builder));

    public static async Task<IHost> StartHost(
        Action<AkkaConfigurationBuilder, IServiceProvider> configure, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        services?.Invoke(builder.Services);
        builder.Services.AddAkka("contract", (akka, provider) =>
        {
            akka.AddHocon("akka.loglevel = OFF\nakka.stdout-loglevel = OFF", HoconAddMode.Prepend);
            configure(akka, provider);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public Task<IHost> Start() => StartHost(builder => WithStoredSerializer(builder).WithSqlPersistence(ConnectionString, "SQLite.MS"));

    public static Task<IHost> StartInMemory() => StartHost(builder => builder.WithInMemoryJournal().WithInMemorySnapshotStore());

    public static AkkaConfigurationBuilder WithStoredSerializer(AkkaConfigurationBuilder builder) =>
        builder.WithCustomSerializer("stored", [typeof(IStored)], system => new StoredSerializer(system));

    public List<object?[]> Query(string sql)
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add(row);
        }
        return rows;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }
}

public static class HostedSystem
{
    public static ActorSystem System(this IHost host) => host.Services.GetRequiredService<ActorSystem>();

    public static async Task StopAndDispose(this IHost host)
    {
        await host.StopAsync();
        host.Dispose();
    }

    /// <summary>Waits until the actor has stopped.</summary>
    public static Task End(this ActorSystem system, IActorRef actor)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Watcher(actor, ended)));
        return ended.Task.WaitAsync(LedgerQuestions.Patience);
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef actor, TaskCompletionSource ended)
        {
            Context.Watch(actor);
            Receive<Terminated>(_ => ended.SetResult());
        }
    }
}

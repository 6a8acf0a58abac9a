using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Akka.Persistence.Sql.Hosting;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain;
using LoadShaper.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoadShaper.Daemon.Tests.Journal;

/// <summary>Akka.Persistence.Sql with the daemon's serializer on a file of its own, and one persistent actor.</summary>
internal sealed class PluginHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly IHost _host;

    private PluginHost(IHost host) => _host = host;

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <param name="createTables">Lets the plugin create its tables, as it does by default.</param>
    /// <param name="hocon">Configuration that wins over the daemon's.</param>
    public static async Task<PluginHost> StartAsync(string path, bool createTables = true, string hocon = "")
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddAkka("plugin", akka => akka
            .AddHocon(DaemonHost.AkkaConf(), HoconAddMode.Prepend)
            .AddHocon("akka.loglevel = OFF\nakka.stdout-loglevel = OFF\n" + hocon, HoconAddMode.Prepend)
            .WithSqlPersistence(SqliteFile.ConnectionString(path), "SQLite.MS", autoInitialize: createTables));
        var host = builder.Build();
        await host.StartAsync();
        return new PluginHost(host);
    }

    public IActorRef Open() => System.ActorOf(Props.Create(() => new Recorder()));

    /// <summary>What the actor answers: the outcome of a write, a deletion or a snapshot.</summary>
    public static Task<string> AskAsync(IActorRef recorder, object message) => recorder.Ask<string>(message, Patience);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Asks for what was recovered.</summary>
    public sealed record Recovered;

    /// <summary>Asks to delete up to this number.</summary>
    public sealed record Delete(long To);

    /// <summary>Asks for a snapshot.</summary>
    public sealed record Save(object Snapshot);

    private sealed class Recorder : ReceivePersistentActor
    {
        private readonly List<long> _recovered = [];
        private IActorRef _asker = ActorRefs.Nobody;

        public Recorder()
        {
            Recover<IEvent>(_ => _recovered.Add(LastSequenceNr));
            Command<Recovered>(_ => Sender.Tell($"{string.Join(',', _recovered)} of {LastSequenceNr}"));
            Command<IEvent>(happened =>
            {
                _asker = Sender;
                Persist(happened, _ => _asker.Tell($"stored {LastSequenceNr}"));
            });
            Command<Delete>(delete =>
            {
                _asker = Sender;
                DeleteMessages(delete.To);
            });
            Command<DeleteMessagesSuccess>(deleted => _asker.Tell($"deleted to {deleted.ToSequenceNr}"));
            Command<Save>(save =>
            {
                _asker = Sender;
                SaveSnapshot(save.Snapshot);
            });
            Command<SaveSnapshotSuccess>(saved => _asker.Tell($"saved {saved.Metadata.SequenceNr}"));
        }

        public override string PersistenceId => "loadshaper";

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _asker.Tell($"rejected {sequenceNr}");

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _asker.Tell($"failed {sequenceNr}");
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Akka.Actor;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using LoadShaper.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LoadShaper.Daemon.Tests.Supervision;

/// <summary>The whole daemon in this process, with a directory and a port of its own and a short rhythm.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly JournalFile _journal;
    private readonly HttpClient _client = new();
    private readonly bool _ownsDirectory;

    private RunningDaemon(WebApplication app, JournalFile journal, string directory, bool ownsDirectory, int port, List<Exception> fatal)
    {
        _app = app;
        _journal = journal;
        Directory = directory;
        _ownsDirectory = ownsDirectory;
        Fatal = fatal;
        Health = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;
    }

    public string Directory { get; }

    public Uri Health { get; }

    /// <summary>What ended it, if anything did.</summary>
    public IReadOnlyList<Exception> Fatal { get; }

    public ActorSystem System => _app.Services.GetRequiredService<ActorSystem>();

    public HttpClient Client => _client;

    public HostOptions HostOptions => _app.Services.GetRequiredService<IOptions<HostOptions>>().Value;

    /// <summary>Completes when the host has been asked to stop.</summary>
    public Task Stopping
    {
        get
        {
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
            return stopping.Task;
        }
    }

    public static LoadShaperSettings Quick { get; } = new()
    {
        Sampling = new SamplingSettings { ControlPeriod = TimeSpan.FromSeconds(1) },
        Cpu = new CpuSettings { SlotDuration = TimeSpan.FromSeconds(10), SlotsBetweenSnapshots = 1 },
    };

    public static async Task<RunningDaemon> StartAsync(
        LoadShaperSettings? settings = null, string? directory = null, IReadOnlyDictionary<string, string>? recorded = null)
    {
        var own = directory is null;
        directory ??= global::System.IO.Directory.CreateTempSubdirectory("loadshaper-daemon-").FullName;
        var port = FreePort();
        settings = (settings ?? Quick) with { PersistenceDir = directory };
        settings = settings with { Health = settings.Health with { Port = port } };
        var data = new DataDirectory(directory);
        var journal = new JournalFile(data.JournalPath);
        var loss = journal.Prepare(DateTimeOffset.UtcNow);
        var shape = new Shape("Test", ShapeFamily.E2, false, "test", Environment.ProcessorCount, ByteSize.Zero, null, new Dictionary<string, string>(), []);
        var started = new DaemonStarted(DateTimeOffset.UtcNow, "test", "test", Environment.ProcessorCount, recorded ?? new Dictionary<string, string>());
        var fatal = new List<Exception>();
        var app = DaemonHost.Build(settings, shape, data, journal, loss, started, fatal.Add, () => "SIGTERM");
        await app.StartAsync();
        return new RunningDaemon(app, journal, directory, own, port, fatal);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(Health, path));
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>The actor of that path, once it has been created.</summary>
    public async Task<IActorRef> ChildAsync(string path)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await System.ActorSelection("/user/loadshaper/" + path).ResolveOne(TimeSpan.FromSeconds(5));
            }
            catch (ActorNotFoundException)
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _journal.Dispose();
        if (_ownsDirectory)
            global::System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

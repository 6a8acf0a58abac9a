#nullable disable
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The dispatchers by the path of their section in the configuration.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";
    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly ConcurrentDictionary<string, MessageDispatcher> _shared = new();
    private readonly Settings _settings;

    internal Dispatchers(Settings settings) => _settings = settings;

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    internal MessageDispatcher InternalDispatcher => Lookup(InternalDispatcherId);

    public bool HasDispatcher(string id) => _shared.ContainsKey(id) || _settings.Config.HasPath(id);

    /// <summary>For the test kit, whose dispatchers are none of this assembly.</summary>
    internal void Register(string id, MessageDispatcher dispatcher) => _shared[id] = dispatcher;

    /// <summary>The system has ended.</summary>
    internal void End()
    {
        foreach (var dispatcher in _shared.Values) dispatcher.End();
    }

    public MessageDispatcher Lookup(string dispatcherName)
    {
        if (_shared.TryGetValue(dispatcherName, out var known)) return known;
        if (!HasDispatcher(dispatcherName)) throw new ConfigurationException($"Dispatcher {dispatcherName} not configured.");

        var section = _settings.Config.GetConfig(dispatcherName).WithFallback(_settings.Config.GetConfig(DefaultDispatcherId));
        var throughput = section.GetInt("throughput", MessageDispatcher.DefaultThroughput);
        switch (section.GetString("type", null))
        {
            case "Dispatcher":
                return section.GetString("executor", null) switch
                {
                    null or "" or "default-executor" or "thread-pool-executor" => _shared.GetOrAdd(dispatcherName, id => new Dispatcher(id, throughput)),
                    "fork-join-executor" => _shared.GetOrAdd(dispatcherName, id => new Dispatcher(id, throughput, DedicatedThreads.From(id, section))),
                    var executor => throw new ConfigurationException($"Could not resolve executor service configurator type {executor} for path {dispatcherName}"),
                };
            case "PinnedDispatcher":
                return new PinnedDispatcher(dispatcherName, throughput);
            case null:
                throw new ConfigurationException($"Missing dispatcher `type` in config for [{dispatcherName}]");
            case var type:
                throw new ConfigurationException($"Could not resolve dispatcher type {type} for path {dispatcherName}");
        }
    }
}

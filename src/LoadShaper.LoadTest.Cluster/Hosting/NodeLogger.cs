using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Event;

namespace LoadShaper.LoadTest.Cluster.Hosting;

/// <summary>
/// Passes failures of the coordinator's and the worker's actors, and TLS handshakes that were refused, to the operator.
/// What Akka says about other peers, for example a port scan, is dropped.
/// </summary>
internal sealed class NodeLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    public NodeLogger()
    {
        var setup = Context.System.Settings.Setup.Get<NodeLogSetup>().Value;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<Error>(error =>
        {
            if (error.LogSource.Contains("/user/", StringComparison.Ordinal))
                setup.Log($"{error.LogSource}: {error.Message} {error.Cause}");
            else if (TlsFailure.Of(error.LogSource, $"{error.Message}", error.Cause) is { } failure)
                setup.Report(failure);
        });
        ReceiveAny(_ => { });
    }
}

/// <summary>Where the node's failures go.</summary>
internal sealed class NodeLogSetup(Action<string> log) : Setup
{
    // A peer tries again every second, and a hostile one could fill the log.
    private const int MostFailures = 20;

    private readonly HashSet<TlsFailure> _failures = [];
    private volatile TlsFailure? _outbound;

    public Action<string> Log => log;

    /// <summary>The last handshake that failed with a node that this one connected to; null: none.</summary>
    public TlsFailure? Outbound => _outbound;

    /// <summary>Logs a refused connection of a peer once for its address and cause. Called by the one logger.</summary>
    public void Report(TlsFailure failure)
    {
        if (failure.Outbound)
            _outbound = _outbound is { Certificate: true } ? _outbound : failure;
        else if (_failures.Count < MostFailures && _failures.Add(failure))
            log(failure.Text);
    }
}

using Akka.Actor;
using Akka.Event;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// Keeps the last report of every actor; answers /health and /metrics from it and writes the telemetry line each control period.
/// </summary>
internal sealed class HealthReporter : ReceiveActor
{
    public enum Page
    {
        Health,
        Metrics,
    }

    /// <summary>Asks for a page; the answer is an <see cref="Answer"/>.</summary>
    public sealed record Get(Page Page);

    /// <param name="StatusCode">Of HTTP.</param>
    /// <param name="Body">JSON.</param>
    public sealed record Answer(int StatusCode, byte[] Body);

    private readonly LoadShaperSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Func<HostStatus> _host;
    private HealthState _state = new();

    /// <param name="time">Whose timestamps are monotonic.</param>
    /// <param name="started">Its timestamp at the start of the daemon.</param>
    public HealthReporter(LoadShaperSettings settings, TimeProvider time, long started, Func<HostStatus> host)
    {
        _settings = settings;
        _time = time;
        _started = started;
        _host = host;
        Receive<Sample>(sample =>
        {
            _state = _state.Apply(sample, settings.Sampling.AverageWindow, Uptime);
            // As an argument: Serilog would keep each line as a template.
            _log.Info("{0}", TelemetryLine.Format(_state, settings));
        });
        Receive<StoreStatus>(status => _state = _state with { Store = status });
        Receive<ControllerStatus>(status => _state = _state.Apply(status, Uptime));
        Receive<BurnReport>(report => _state = _state with { Burn = report });
        Receive<PolitenessReport>(report => _state = _state with { Politeness = report });
        Receive<MemoryStatus>(status => _state = _state with { Memory = status });
        Receive<NetworkStatus>(status => _state = _state with { Network = status });
        Receive<Get>(get => Sender.Tell(AnswerTo(get.Page)));
    }

    private TimeSpan Uptime => _time.GetElapsedTime(_started);

    private Answer AnswerTo(Page page)
    {
        var (now, uptime) = (Context.System.Scheduler.Now, Uptime);
        _state = _state with { Host = _host() };
        var verdict = HealthPolicy.Decide(_state, _settings.Sampling.ControlPeriod, uptime);
        return page == Page.Health
            ? new Answer(verdict.Status == HealthStatus.Unhealthy ? 503 : 200, HealthPage.Write(_state, _settings, verdict, now, uptime))
            : new Answer(200, MetricsPage.Write(_state, _settings, now));
    }
}

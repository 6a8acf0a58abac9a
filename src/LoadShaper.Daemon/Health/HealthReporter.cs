using Akka.Actor;
using Akka.Event;
using LoadShaper.Daemon.Health.Http;
using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Control;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Fleet;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Oracle;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// Keeps the last report of every actor; answers /health and /metrics from it and writes the telemetry line.
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
    /// <param name="Body">JSON unless the type says otherwise.</param>
    public sealed record Answer(int StatusCode, byte[] Body, string ContentType = "application/json; charset=utf-8");

    private readonly LoadShaperSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Func<HostStatus> _host;
    private readonly Admission? _admission;
    private HealthState _state = new();
    private TelemetryState _telemetry;

    /// <param name="time">Whose timestamps are monotonic.</param>
    /// <param name="started">Its timestamp at the start of the daemon.</param>
    /// <param name="host">The process around the actors.</param>
    /// <param name="admission">Of the HTTP server; null without one.</param>
    public HealthReporter(LoadShaperSettings settings, TimeProvider time, long started, Func<HostStatus> host, Admission? admission = null)
    {
        _admission = admission;
        _settings = settings;
        _time = time;
        _started = started;
        _host = host;
        Receive<Sample>(sample =>
        {
            _state = _state.Apply(sample, settings.Sampling.AverageWindow, Uptime);
            _admission?.Observe(_state.ControlPlaneCpu, _state.HeldInDaemon);
            WriteTelemetry();
        });
        Receive<StoreStatus>(status => _state = _state with { Store = status });
        Receive<ControllerStatus>(status => _state = _state.Apply(status, Uptime));
        Receive<BurnReport>(report => _state = _state with { Burn = report, Politeness = report.Politeness ?? _state.Politeness });
        Receive<PolitenessReport>(report => _state = _state with { Politeness = report });
        Receive<MemoryStatus>(status => _state = _state.Apply(status));
        Receive<ControllerCounts>(counts => _state = _state with { ControllerCounts = counts });
        Receive<ActorRestart>(restarted => _state = _state.Apply(restarted));
        Receive<OracleStatus>(status => _state = _state with { Oracle = status });
        Receive<NetworkStatus>(status => _state = _state with { Network = status });
        Receive<AlertStatus>(status => _state = _state with { Alerts = status });
        Receive<FleetStatus>(status => _state = _state with { Fleet = status });
        Receive<ConditionWanted>(_ =>
            Sender.Tell(ConditionPolicy.Of(_state, HealthPolicy.Decide(_state, settings.Sampling.ControlPeriod, Uptime))));
        Receive<Get>(get => Sender.Tell(AnswerTo(get.Page)));
        Receive<HealthWanted>(_ => Sender.Tell(Snapshot()));
    }

    private TimeSpan Uptime => _time.GetElapsedTime(_started);

    private void WriteTelemetry()
    {
        var (subject, uptime) = (TelemetrySubject.Of(_state), Uptime);
        if (!_log.IsInfoEnabled || !TelemetryPolicy.Decide(_settings.TelemetryPeriod, _telemetry, subject, uptime))
            return;
        _telemetry = _telemetry.Apply(subject, uptime);
        var line = TelemetryLine.Of(_state, _settings);
        _log.Info(line.Template, line.Values);
    }

    private HealthSnapshot Snapshot()
    {
        var (now, uptime) = (Context.System.Scheduler.Now, Uptime);
        _state = _state with { Host = _host(), Http = _admission?.Status };
        return new HealthSnapshot(_state, HealthPolicy.Decide(_state, _settings.Sampling.ControlPeriod, uptime), now, uptime);
    }

    private Answer AnswerTo(Page page)
    {
        var (state, verdict, now, uptime) = Snapshot();
        return page == Page.Health
            ? new Answer(verdict.Status == HealthStatus.Unhealthy ? 503 : 200, HealthPage.Write(state, _settings, verdict, now, uptime))
            : new Answer(200, MetricsPage.Write(state, _settings, now));
    }
}

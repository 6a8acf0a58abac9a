using System.Globalization;
using LoadShaper.Daemon.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Serilog;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// Reports to systemd (Type=notify): READY when HTTP and the actors are started, STOPPING at the end, and WATCHDOG only while
/// the actors answer, so that a hung daemon is restarted.
/// </summary>
/// <param name="watchdog">Interval of WATCHDOG; null where the unit has none.</param>
internal sealed class SystemdService(
    ISystemdNotifier notifier, IHostApplicationLifetime lifetime, Liveness liveness, TimeProvider time, TimeSpan? watchdog) : BackgroundService
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    /// <summary>A quarter of WatchdogSec: one round of asking and one lost ping fit into it.</summary>
    /// <param name="environment">WATCHDOG_USEC, and WATCHDOG_PID where it names the process that is meant.</param>
    public static TimeSpan? WatchdogInterval(Func<string, string?> environment, int processId)
    {
        var isForAnother = int.TryParse(environment("WATCHDOG_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid != processId;
        return !isForAnother && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) / 4
            : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lifetime.ApplicationStarted.Register(() => notifier.Notify(ServiceState.Ready));
        lifetime.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping));
        if (watchdog is not { } interval)
            return;

        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PingAsync(interval);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task PingAsync(TimeSpan patience)
    {
        var silent = await liveness.SilentAsync(patience);
        if (silent.Count == 0)
            notifier.Notify(Alive);
        else
            Log.Error("Watchdog not notified: {Actors} did not answer within {Patience}; systemd restarts the service when this lasts", silent, patience);
    }
}

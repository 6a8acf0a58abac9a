using Microsoft.Extensions.Hosting;

namespace LoadShaper.Daemon.Hosting;

/// <summary>The web host hears no signals: one that came while it starts would break the start off half-way.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using Microsoft.Extensions.Hosting;

namespace LoadShaper.Daemon.Hosting;

/// <summary>Keeps the web host from handling signals: a signal during its start would abort the start half-way.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

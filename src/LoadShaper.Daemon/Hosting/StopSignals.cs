using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// SIGTERM, SIGINT and SIGQUIT, handled from the start of the process: a start that is under way is completed far enough to
/// be stopped in order.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile string? _first;

    public StopSignals() =>
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    public CancellationToken Asked => _asked.Token;

    /// <summary>Name of the first signal, such as SIGTERM; null before it.</summary>
    public string? First => _first;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _first ??= signal.Signal.ToString();
        _asked.Cancel();
    }
}

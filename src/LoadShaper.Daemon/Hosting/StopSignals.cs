using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// SIGTERM, SIGINT and SIGQUIT, heard from the first moment on and for as long as it takes: what has been begun is ended in
/// order, also while it is still being begun.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Hear))];

    public CancellationToken Asked => _asked.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }

    private void Hear(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _asked.Cancel();
    }
}

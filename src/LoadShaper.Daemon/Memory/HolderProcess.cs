using System.ComponentModel;
using System.Diagnostics;

namespace LoadShaper.Daemon.Memory;

/// <summary>The holder as a process of our own binary: the OOM killer takes it and leaves the daemon.</summary>
internal sealed class HolderProcess : IHolder
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly StreamWriter _orders;
    private readonly Task _listening;
    private volatile bool _stopping;

    private HolderProcess(Process process, Action<HolderReport> report, Action<HolderEnd> ended)
    {
        _process = process;
        _orders = process.StandardInput;
        Pid = process.Id;
        _listening = ListenAsync(report, ended);
    }

    public int? Pid { get; }

    internal static IHolder Start(HolderCommandLine command, Action<HolderReport> report, Action<HolderEnd> ended)
    {
        try
        {
            var process = Process.Start(command.ToStartInfo()) ?? throw new HolderStartException("no process was started");
            return new HolderProcess(process, report, ended);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new HolderStartException($"{command.FileName} cannot be started: {e.Message}", e);
        }
    }

    public void Order(HolderOrder order)
    {
        try
        {
            _orders.Write(order.ToLine() + "\n");
            _orders.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended, which is reported by itself.
        }
    }

    /// <summary>The end of its input ends it; one that does not end within a second is killed.</summary>
    public async Task StopAsync(bool kill)
    {
        _stopping = true;
        CloseInput();
        if (kill)
            Kill();
        if (!kill && await Task.WhenAny(_listening, Task.Delay(EndLimit)).ConfigureAwait(false) != _listening)
            Kill();
        await _listening.ConfigureAwait(false);
    }

    private void CloseInput()
    {
        try
        {
            _orders.Dispose();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended in this moment.
        }
    }

    private async Task ListenAsync(Action<HolderReport> report, Action<HolderEnd> ended)
    {
        using (_process)
        {
            while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (!_stopping && HolderReport.Parse(line) is { } said)
                    report(said);
            }

            await _process.WaitForExitAsync().ConfigureAwait(false);
            if (!_stopping)
                ended(new HolderEnd(_process.ExitCode));
        }
    }
}

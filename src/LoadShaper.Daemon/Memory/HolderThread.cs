namespace LoadShaper.Daemon.Memory;

/// <summary>The holder as a thread of the daemon, where no process can be started.</summary>
internal sealed class HolderThread : IHolder
{
    private readonly ThreadLine _line;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HolderThread(ThreadLine line) => _line = line;

    public int? Pid => null;

    internal static IHolder Start(Func<IHolderLine, Holder> holder, Action<HolderReport> report, Action<HolderEnd> ended)
    {
        var started = new HolderThread(new ThreadLine(report));
        new Thread(() => started.Run(holder, report, ended))
        {
            IsBackground = true,
            Name = "memory-holder",
        }.Start();
        return started;
    }

    public void Order(HolderOrder order) => _line.Order(order);

    /// <summary>The end of its orders ends it. A thread cannot be killed.</summary>
    public async Task StopAsync(bool kill)
    {
        _line.Close();
        await _ended.Task.ConfigureAwait(false);
        _line.Dispose();
    }

    private void Run(Func<IHolderLine, Holder> holder, Action<HolderReport> report, Action<HolderEnd> ended)
    {
        try
        {
            holder(_line).Run();
        }
        catch (Exception e)
        {
            report(new HolderReport.Fault(e.Message));
            ended(new HolderEnd(1));
        }
        finally
        {
            _ended.SetResult();
        }
    }
}

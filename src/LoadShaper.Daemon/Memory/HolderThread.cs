namespace LoadShaper.Daemon.Memory;

/// <summary>The holder as a thread of the daemon, where no process can be started.</summary>
internal sealed class HolderThread : IHolder
{
    private readonly ThreadLine _line;
    private readonly Thread _thread;

    private HolderThread(ThreadLine line, Thread thread) => (_line, _thread) = (line, thread);

    public int? Pid => null;

    internal static IHolder Start(Func<IHolderLine, Holder> holder, Action<HolderReport> report, Action<HolderEnd> ended)
    {
        var line = new ThreadLine(report);
        var thread = new Thread(() =>
        {
            try
            {
                holder(line).Run();
            }
            catch (Exception e)
            {
                report(new HolderReport.Fault(e.Message));
                ended(new HolderEnd(1));
            }
        })
        {
            IsBackground = true,
            Name = "memory-holder",
        };
        thread.Start();
        return new HolderThread(line, thread);
    }

    public void Order(HolderOrder order) => _line.Order(order);

    public void Dispose()
    {
        _line.Close();
        _thread.Join();
        _line.Dispose();
    }
}

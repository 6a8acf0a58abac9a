using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine;

/// <summary>Calls the observer on a thread of its own, so that a slow disk or terminal never delays the engine or the collector.</summary>
internal sealed class ObserverLoop(IRunObserver observer, SnapshotBuilder snapshots, IRunControl control, Action<Exception> failed)
{
    private readonly AutoResetEvent _due = new(false);
    private Task _loop = Task.CompletedTask;
    private volatile bool _finish;
    private int _warnings;

    internal void Start(RunStarted started) =>
        _loop = Task.Factory.StartNew(() => Loop(started), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    internal void Signal() => _due.Set();

    internal async Task FinishAsync()
    {
        _finish = true;
        _due.Set();
        await _loop.ConfigureAwait(false);
        _due.Dispose();
    }

    private void Loop(RunStarted started)
    {
        try
        {
            observer.OnStarted(started);
            bool final;
            do
            {
                _due.WaitOne();
                final = _finish;
                foreach (var warning in snapshots.WarningsFrom(_warnings))
                {
                    _warnings++;
                    observer.OnWarning(warning);
                }

                observer.OnInterval(snapshots.Take(final), control);
            }
            while (!final);
        }
        catch (Exception e)
        {
            // A failure of the observer ends the run, not the process.
            failed(e);
        }
    }
}

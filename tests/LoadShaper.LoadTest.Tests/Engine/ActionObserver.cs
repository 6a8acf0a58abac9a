using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Tests.Engine;

/// <summary>Calls a delegate for every interval and keeps what else was said.</summary>
internal sealed class ActionObserver(Action<IRunControl, IntervalSnapshot>? onInterval = null) : IRunObserver
{
    internal RunStarted? Started { get; private set; }
    internal List<RunWarning> Warnings { get; } = [];
    internal List<IntervalSnapshot> Snapshots { get; } = [];

    public void OnStarted(RunStarted started) => Started = started;

    public void OnInterval(IntervalSnapshot snapshot, IRunControl control)
    {
        Snapshots.Add(snapshot);
        onInterval?.Invoke(control, snapshot);
    }

    public void OnWarning(RunWarning warning) => Warnings.Add(warning);
}

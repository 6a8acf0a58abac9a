using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Session;

namespace LoadShaper.LoadTest.Tests.Faults;

/// <summary>Shows nothing.</summary>
internal sealed class SilentObserver : ISessionObserver
{
    public void OnStarted(RunStarted started)
    {
    }

    public void OnView(LiveView view)
    {
    }

    public void OnWarning(TimeSpan at, string text)
    {
    }

    public void OnMessage(string text)
    {
    }
}

using LoadShaper.LoadTest.Live;
using LoadShaper.LoadTest.Reports;
using LoadShaper.LoadTest.Results;
using LoadShaper.LoadTest.Session;
using LoadShaper.LoadTest.Thresholds;
using Spectre.Console;

namespace LoadShaper.Cli.Load;

/// <summary>Shows a session while it runs: a live view on a terminal, otherwise a line every 10 seconds.</summary>
internal sealed class SessionTerminal : ISessionObserver, IAsyncDisposable
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _quiet;
    private readonly Task _live;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _changed = new(0);
    private volatile LiveView? _view;
    private TimeSpan _lastLine;

    private SessionTerminal(TextWriter output, TextWriter error, bool quiet, bool live)
    {
        (_output, _error, _quiet) = (output, error, quiet);
        _live = live ? Task.Run(ShowAsync) : Task.CompletedTask;
        IsLive = live;
    }

    private bool IsLive { get; }

    public static SessionTerminal Create(TextWriter output, TextWriter error, bool quiet) =>
        new(output, error, quiet, !quiet && ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive);

    public void OnStarted(RunStarted started)
    {
        if (!_quiet && !IsLive)
            _output.WriteLine($"started: {ReportText.Duration(started.PlannedDuration)}, {started.Engine}, {string.Join(", ", started.Addresses)}");
    }

    public void OnView(LiveView view)
    {
        _view = view;
        if (IsLive)
            _changed.Release();
        else if (!_quiet && view.Elapsed - _lastLine >= LineInterval)
        {
            _lastLine = view.Elapsed;
            _output.WriteLine($"{ReportText.Duration(view.Elapsed)} of {ReportText.Duration(view.Planned)}: {view.CompletedRps:0}/s completed, {view.FailedRps:0}/s failed, p50 {Latency(view.Interval.P50)}, p95 {Latency(view.Interval.P95)}, p99 {Latency(view.Interval.P99)}, {view.InFlight} in flight");
        }
    }

    // The live view shows warnings itself.
    public void OnWarning(TimeSpan at, string text)
    {
        if (!IsLive)
            _error.WriteLine($"warning at {ReportText.Duration(at < TimeSpan.Zero ? TimeSpan.Zero : at)}: {text}");
    }

    public void OnMessage(string text) => _error.WriteLine(text);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _live;
    }

    private static string Latency(long microseconds) => microseconds == 0 ? "–" : MetricText.Latency(microseconds);

    private async Task ShowAsync()
    {
        await AnsiConsole.Live(new Text("starting")).AutoClear(true).StartAsync(async context =>
        {
            try
            {
                while (true)
                {
                    await _changed.WaitAsync(_ended.Token);
                    if (_view is { } view)
                        context.UpdateTarget(LiveRenderer.Render(view));
                }
            }
            catch (OperationCanceledException)
            {
                // The session ended.
            }
        });
    }
}

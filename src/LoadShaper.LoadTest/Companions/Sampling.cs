namespace LoadShaper.LoadTest.Companions;

/// <summary>Calls a function again and again in the background until it is stopped. A sample that fails is counted; the next one follows.</summary>
internal sealed class Sampling(TimeSpan interval, Func<TimeSpan, CancellationToken, Task> sample, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Samples that ended with an exception.</summary>
    internal int Failures { get; private set; }

    /// <summary>The message of the last failure; null: there was none.</summary>
    internal string? LastFailure { get; private set; }

    /// <summary>From the first sample until <see cref="StopAsync"/>.</summary>
    internal TimeSpan Length { get; private set; }

    internal void Start() => _loop = Task.Run(LoopAsync);

    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    private async Task LoopAsync()
    {
        var start = _time.GetTimestamp();
        while (!_stop.IsCancellationRequested)
            try
            {
                await SampleAsync(_time.GetElapsedTime(start));
                await Task.Delay(interval, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Stopped.
            }
        Length = _time.GetElapsedTime(start);
    }

    // The report of the run is worth more than one sample, so no exception may end the loop.
    private async Task SampleAsync(TimeSpan at)
    {
        try
        {
            await sample(at, _stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            Failures++;
            LastFailure = e.Message;
        }
        catch (Exception)
        {
            // Stopped.
        }
    }
}

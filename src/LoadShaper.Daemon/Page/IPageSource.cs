using Akka.Actor;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.History;

namespace LoadShaper.Daemon.Page;

/// <summary>Where the live page gets its figures; null when no answer comes in time.</summary>
internal interface IPageSource
{
    Task<HealthSnapshot?> HealthAsync();

    Task<HistorySnapshot?> HistoryAsync(HistoryWanted wanted);
}

/// <summary>The figures of the running daemon.</summary>
/// <param name="health">The actor that answers <see cref="HealthWanted"/>, once it exists.</param>
/// <param name="history">The actor that answers <see cref="HistoryWanted"/>, once it exists.</param>
internal sealed class ActorPageSource(
    Func<CancellationToken, Task<IActorRef>> health, Func<CancellationToken, Task<IActorRef>> history) : IPageSource
{
    // Both answer from memory.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Task<HealthSnapshot?> HealthAsync() => AskAsync<HealthSnapshot>(health, HealthWanted.Instance);

    public Task<HistorySnapshot?> HistoryAsync(HistoryWanted wanted) => AskAsync<HistorySnapshot>(history, wanted);

    private static async Task<T?> AskAsync<T>(Func<CancellationToken, Task<IActorRef>> find, object message)
        where T : class
    {
        // HTTP may be up a moment before the actors.
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            return await (await find(timeout.Token)).Ask<T>(message, Patience);
        }
        catch (Exception e) when (e is AskTimeoutException or OperationCanceledException)
        {
            return null;
        }
    }
}

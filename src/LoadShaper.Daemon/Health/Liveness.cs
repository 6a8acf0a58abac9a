using Akka.Actor;

namespace LoadShaper.Daemon.Health;

/// <summary>
/// Whether the actor system works: the supervisor and the actors that decide and burn answer. The sample store is not asked:
/// it waits for the disk, and a restart does not cure a disk.
/// </summary>
internal sealed class Liveness(ActorSystem system)
{
    private static readonly string[] Asked = ["", "sampler", "p95", "cpu", "memory", "network", "health"];

    /// <param name="patience">Time for each actor to answer; all are asked at once.</param>
    /// <returns>The names of the actors that did not answer or do not exist; empty when the system works.</returns>
    public async Task<IReadOnlyList<string>> SilentAsync(TimeSpan patience)
    {
        var answers = await Task.WhenAll(Asked.Select(name => AnswersAsync(name, patience)));
        return Asked.Where((_, i) => !answers[i]).Select(name => name == "" ? "supervisor" : name).ToArray();
    }

    private async Task<bool> AnswersAsync(string name, TimeSpan patience)
    {
        try
        {
            var identity = await system.ActorSelection($"/user/loadshaper/{name}".TrimEnd('/')).Ask<ActorIdentity>(new Identify(name), patience);
            return identity.Subject is not null;
        }
        catch (Exception e) when (e is AskTimeoutException or TaskCanceledException)
        {
            return false;
        }
    }
}

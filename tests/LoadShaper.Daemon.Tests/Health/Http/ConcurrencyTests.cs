using System.Net;
using LoadShaper.Domain.Admission;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health.Http;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Of_150_clients_never_more_than_100_are_inside_and_health_is_answered()
    {
        var lines = new LogLines();
        await using var server = await GatedServer.StartAsync(lines);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 180 }) { BaseAddress = server.Root };

        var requests = Enumerable.Range(0, 150).Select(_ => client.GetAsync(new Uri("/metrics", UriKind.Relative))).ToArray();
        // 96 are inside; 32 wait and are refused after a second, as the others are at once.
        var refused = await FirstAsync(requests, count: 150 - 96);
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(96, server.Inside);
        server.Answer();
        var all = await Task.WhenAll(requests);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString())));
        Assert.Equal(96, all.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.InRange(server.Most, 96, 100);
        Assert.InRange(server.Admission.Status.MostInFlight, 96, 100);
        Assert.Contains(lines.All, line => line.StartsWith("Error: RESOURCE VIOLATION: ['Concurrent requests 1", StringComparison.Ordinal));
        Assert.Contains("Warning: Connection limit reached (100), rejecting new connections", lines.All);
        Assert.Contains(lines.All, line => line.StartsWith("Information: Resource recovered: ConcurrentRequests", StringComparison.Ordinal));
        Assert.Empty(ResourceText.All(server.Admission.Status.Use, server.Admission.Status.Limits, ResourceLevel.Violation));
    }

    private static async Task<IReadOnlyList<HttpResponseMessage>> FirstAsync(IEnumerable<Task<HttpResponseMessage>> requests, int count)
    {
        var answers = new List<HttpResponseMessage>();
        await foreach (var request in Task.WhenEach(requests))
        {
            answers.Add(await request);
            if (answers.Count == count)
                break;
        }
        return answers;
    }
}

using System.Net;
using Akka.Actor;
using LoadShaper.Daemon.Tests.Supervision;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Metrics;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

public sealed class HealthServerTests
{
    [Fact]
    public async Task Health_and_metrics_have_the_fields_of_the_specification()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");

        var health = await daemon.GetAsync("/health");
        var metrics = await daemon.GetAsync("/metrics");

        foreach (var name in new[] { "status", "uptime_seconds", "timestamp", "checks", "metrics_storage", "persistence_storage", "database_path", "load_generation", "storage_status" })
            Assert.True(health.TryGetProperty(name, out _), name);
        foreach (var name in new[] { "disk_usage_mb", "oldest_sample", "sample_count" })
            Assert.True(health.GetProperty("storage_status").TryGetProperty(name, out _), name);
        foreach (var page in new[] { health, metrics })
            foreach (var name in new[] { "word", "saved_by", "margin_points", "minutes_needed", "missing_hours", "turns_at", "levers" })
                Assert.True(page.GetProperty("verdict").TryGetProperty(name, out _), name);
        foreach (var (group, names) in new (string, string[])[]
        {
            ("current", ["cpu_percent", "cpu_avg", "memory_percent", "memory_avg", "network_percent", "network_avg", "load_average", "duty_cycle", "network_rate_mbit", "paused"]),
            ("targets", ["cpu_p95_setpoint", "memory_target", "network_target"]),
            ("configuration", ["cpu_stop_threshold", "memory_stop_threshold", "network_stop_threshold", "load_threshold", "worker_count", "control_period", "averaging_window"]),
            ("percentiles_7d", ["cpu_p95", "memory_p95", "network_p95", "load_p95", "sample_count_7d"]),
            ("p95_controller", ["state", "exceedance_pct"]),
        })
        {
            foreach (var name in names)
                Assert.True(metrics.GetProperty(group).TryGetProperty(name, out _), $"{group}.{name}");
        }
    }

    [Fact]
    public async Task Other_methods_are_refused_and_other_paths_not_found()
    {
        await using var daemon = await RunningDaemon.StartAsync();

        using var post = await daemon.Client.PostAsync(new Uri(daemon.Health, "/health"), null);
        using var missing = await daemon.Client.GetAsync(new Uri(daemon.Health, "/nothing"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal("GET,HEAD", string.Join(",", post.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/metrics")]
    [InlineData("/nothing")]
    public async Task HEAD_is_answered_like_GET_without_a_body(string path)
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(daemon.Health, path));

        using var get = await daemon.Client.GetAsync(new Uri(daemon.Health, path));
        using var head = await daemon.Client.SendAsync(request);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
        Assert.Equal(get.StatusCode == HttpStatusCode.OK, head.Content.Headers.ContentLength > 0);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Metrics_are_Prometheus_text_for_a_client_that_asks_for_it_and_JSON_otherwise()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.ChildAsync("health");

        using var text = await SendAsync(daemon, "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        using var json = await SendAsync(daemon, "*/*");
        var body = await text.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", text.Content.Headers.ContentType?.ToString());
        Assert.Equal("application/json; charset=utf-8", json.Content.Headers.ContentType?.ToString());
        Assert.Equal("Accept", text.Headers.Vary.ToString());
        Assert.All(MetricsTable.All, metric => Assert.Contains($"\n# TYPE {metric.Name} ", "\n" + body, StringComparison.Ordinal));
        Assert.Matches("\nloadshaper_journal_size_bytes [1-9]", body);
        Assert.Matches("\nloadshaper_data_free_bytes [1-9]", body);
        Assert.All(["resident_memory_bytes", "open_fds", "max_fds", "threads"], name => Assert.Matches($"\nprocess_{name} [1-9]", body));
        Assert.Matches("\nloadshaper_build_info\\{version=\"[^\"]+\",akka=\"Akka.NET [^\"]+\"\\} 1\n", body);
    }

    [Fact]
    public async Task A_failed_actor_counts_as_a_restart()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        var network = await daemon.ChildAsync("network");

        network.Tell(Kill.Instance);

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        string body;
        do
        {
            using var answer = await SendAsync(daemon, "text/plain");
            body = await answer.Content.ReadAsStringAsync(limit.Token);
        }
        while (!body.Contains("loadshaper_actor_restarts_total{actor=\"network\"} 1\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_health_no_port_is_opened()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            RunningDaemon.Quick with { Health = new HealthSettings { Enabled = false } });
        await daemon.ChildAsync("health");

        await Assert.ThrowsAsync<HttpRequestException>(() => daemon.Client.GetAsync(new Uri(daemon.Health, "/health")));
    }

    private static Task<HttpResponseMessage> SendAsync(RunningDaemon daemon, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(daemon.Health, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return daemon.Client.SendAsync(request);
    }
}

using System.Net;
using LoadShaper.Daemon.Tests.Supervision;
using LoadShaper.Domain.Health;
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
    public async Task Without_health_no_port_is_opened()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            RunningDaemon.Quick with { Health = new HealthSettings { Enabled = false } });
        await daemon.ChildAsync("health");

        await Assert.ThrowsAsync<HttpRequestException>(() => daemon.Client.GetAsync(new Uri(daemon.Health, "/health")));
    }
}

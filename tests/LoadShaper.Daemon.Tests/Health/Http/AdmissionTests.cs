using LoadShaper.Daemon.Health.Http;
using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Units;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health.Http;

/// <summary>Admission in virtual time.</summary>
public sealed class AdmissionTests : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _lines = new();
    private readonly Admission _admission;
    private long _resident = 100 * MiB;

    public AdmissionTests() =>
        _admission = new Admission(new AdmissionLimits { Concurrent = 10, PerMinute = 20 }, _time, () => _resident, _lines.Log);

    public void Dispose() => _admission.Dispose();

    [Fact]
    public async Task Six_of_ten_slots_are_for_all_and_four_for_probes()
    {
        for (var i = 0; i < 6; i++)
            Assert.Equal(Admitted.Yes, (await Enter()).Result);
        var seventh = Enter();
        for (var i = 0; i < 4; i++)
            Assert.Equal(Admitted.Yes, (await Enter(isProbe: true)).Result);
        var probe = Enter(isProbe: true);

        Assert.False(seventh.IsCompleted);
        Assert.False(probe.IsCompleted);
        Assert.Equal((10, 2, 10), (_admission.Status.Use.InFlight, _admission.Status.Use.Waiting, _admission.Status.MostInFlight));
    }

    [Fact]
    public async Task A_request_over_the_limit_is_held_until_there_is_room()
    {
        var leases = await FillAsync(6);
        var held = Enter();

        _admission.Leave(leases[0]);

        Assert.Equal(Admitted.Yes, (await held).Result);
        Assert.Equal(1, _admission.Status.Held);
    }

    [Fact]
    public async Task After_a_second_it_is_refused()
    {
        await FillAsync(6);
        var held = Enter();

        _time.Advance(AdmissionLimits.LongestWait);

        Assert.Equal(Admitted.Throttled, (await held).Result);
        Assert.Equal((0, 1L), (_admission.Status.Use.Waiting, _admission.Status.Throttled));
    }

    [Fact]
    public async Task Not_more_than_32_are_held()
    {
        await FillAsync(6);
        var held = Enumerable.Range(0, AdmissionLimits.MostWaiting).Select(_ => Enter()).ToArray();

        Assert.Equal(Admitted.Throttled, (await Enter()).Result);
        Assert.DoesNotContain(held, task => task.IsCompleted);
    }

    [Fact]
    public async Task A_client_that_left_gives_its_place_back()
    {
        await FillAsync(6);
        using var gone = new CancellationTokenSource();
        var held = _admission.EnterAsync(isProbe: false, gone.Token).AsTask();

        await gone.CancelAsync();

        Assert.Equal(Admitted.Throttled, (await held).Result);
        Assert.Equal(0, _admission.Status.Use.Waiting);
    }

    [Fact]
    public async Task More_than_the_rate_is_held_for_a_second_and_then_refused_and_probes_do_not_count()
    {
        for (var i = 0; i < 20; i++)
            await PassAsync();
        var over = Enter();
        Assert.False(over.IsCompleted);
        await PassAsync(isProbe: true);

        _time.Advance(AdmissionLimits.LongestWait);

        Assert.Equal(Admitted.Throttled, (await over).Result);
        Assert.Equal(21, _admission.Status.Use.PerMinute);
        Assert.Contains("Error: RESOURCE VIOLATION: ['Request rate 21/min exceeds limit 20/min']", _lines.All);
        Assert.Contains("Warning: Resource violations detected, throttling connections", _lines.All);
    }

    [Fact]
    public async Task A_minute_later_the_rate_is_free_without_any_request_between()
    {
        for (var i = 0; i < 20; i++)
            await PassAsync();

        _time.Advance(TimeSpan.FromSeconds(61));

        await PassAsync();
        Assert.Equal(1, _admission.Status.Use.PerMinute);
        Assert.Contains(_lines.All, line => line.StartsWith("Information: Resource recovered: RequestRate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1025, 10)]
    [InlineData(100, 201)]
    public async Task Above_memory_or_CPU_all_but_probes_are_refused_at_once_and_admitted_again_when_it_is_over(long memory, double cpu)
    {
        _resident = memory * MiB;
        _admission.Observe(cpu, ByteSize.Zero);

        Assert.Equal(Admitted.Overloaded, (await Enter()).Result);
        await PassAsync(isProbe: true);
        Assert.Single(ResourceText.All(_admission.Status.Use, _admission.Status.Limits, ResourceLevel.Violation));

        _resident = 100 * MiB;
        _time.Advance(TimeSpan.FromSeconds(1));
        _admission.Observe(10, ByteSize.Zero);
        await PassAsync();
        Assert.Empty(ResourceText.All(_admission.Status.Use, _admission.Status.Limits, ResourceLevel.Violation));
    }

    [Fact]
    public async Task Memory_that_is_held_on_purpose_does_not_count()
    {
        _resident = 2000 * MiB;
        _admission.Observe(10, ByteSize.FromMiB(1500));

        await PassAsync();
        Assert.Equal(500, _admission.Status.Use.MemoryMb);
    }

    [Fact]
    public async Task A_violation_and_its_recovery_are_logged_in_the_words_of_the_specification()
    {
        var leases = await FillAsync(6);
        var held = Enumerable.Range(0, 5).Select(_ => Enter()).ToArray();
        _time.Advance(AdmissionLimits.LongestWait);
        await Task.WhenAll(held);
        foreach (var lease in leases)
            _admission.Leave(lease);

        Assert.Contains("Warning: Resource warning: ['Concurrent requests 8 approaching limit 10']", _lines.All);
        Assert.Contains("Error: RESOURCE VIOLATION: ['Concurrent requests 11 exceeds limit 10']", _lines.All);
        Assert.Contains("Warning: Connection limit reached (10), rejecting new connections", _lines.All);
        Assert.Contains(_lines.All, line => line.StartsWith("Information: Resource recovered: ConcurrentRequests", StringComparison.Ordinal));
    }

    private Task<(Admitted Result, System.Threading.RateLimiting.RateLimitLease? Lease)> Enter(bool isProbe = false) =>
        _admission.EnterAsync(isProbe, CancellationToken.None).AsTask();

    private async Task PassAsync(bool isProbe = false)
    {
        var (result, lease) = await Enter(isProbe);
        Assert.Equal(Admitted.Yes, result);
        _admission.Leave(lease!);
    }

    private async Task<List<System.Threading.RateLimiting.RateLimitLease>> FillAsync(int count)
    {
        var leases = new List<System.Threading.RateLimiting.RateLimitLease>();
        for (var i = 0; i < count; i++)
            leases.Add((await Enter()).Lease!);
        return leases;
    }
}

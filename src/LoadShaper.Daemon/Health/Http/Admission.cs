using System.Threading.RateLimiting;
using LoadShaper.Domain.Admission;
using LoadShaper.Domain.Units;
using Serilog;

namespace LoadShaper.Daemon.Health.Http;

/// <summary>The result of asking for admission.</summary>
internal enum Admitted
{
    Yes,

    /// <summary>429: too many requests at once or in a minute.</summary>
    Throttled,

    /// <summary>503: memory or CPU of the daemon above its limit.</summary>
    Overloaded,
}

/// <summary>
/// Admits requests up to <see cref="AdmissionLimits"/>. Nothing here runs while no request comes: use is measured when a request
/// comes or ends, and with each sample. Never waits for an actor, and no actor waits for it.
/// </summary>
internal sealed class Admission : IDisposable
{
    // The file behind it is read at most this often.
    private static readonly TimeSpan MemoryEvery = TimeSpan.FromSeconds(1);

    // Control periods are shorter; an older figure says nothing about now.
    private static readonly TimeSpan CpuHolds = TimeSpan.FromMinutes(2);

    private readonly AdmissionLimits _limits;
    private readonly TimeProvider _time;
    private readonly Func<long> _resident;
    private readonly ILogger? _log;
    private readonly long _started;
    private readonly ConcurrencyLimiter _slots;
    private readonly ConcurrencyLimiter _reserved = Limiter(AdmissionLimits.Reserved, AdmissionLimits.MostWaiting);
    private readonly ConcurrencyLimiter _places = Limiter(AdmissionLimits.MostWaiting, 0);
    private readonly Lock _lock = new();
    private readonly RequestWindow _arrived = new(), _answered = new();
    private readonly ResourceWatch _watch = new();
    private (double? Percent, TimeSpan At) _cpu;
    private (double Mb, TimeSpan At)? _memory;
    private ByteSize _held;
    private int _inFlight, _waiting, _most;
    private long _admitted, _throttled, _overloaded, _refused, _heldRequests;

    /// <param name="resident">Bytes of physical memory of this process.</param>
    /// <param name="log">The program's own unless given.</param>
    public Admission(AdmissionLimits limits, TimeProvider time, Func<long> resident, ILogger? log = null)
    {
        (_limits, _time, _resident, _log) = (limits, time, resident, log);
        _started = time.GetTimestamp();
        _slots = Limiter(limits.Concurrent - AdmissionLimits.Reserved, AdmissionLimits.MostWaiting);
    }

    private TimeSpan Now => _time.GetElapsedTime(_started);

    public HttpStatus Status
    {
        get
        {
            lock (_lock)
                return new HttpStatus(Use(Now), _limits, _most, _admitted, _throttled, _overloaded, _refused, _heldRequests);
        }
    }

    /// <summary>With each sample: what the daemon uses besides the load it makes.</summary>
    /// <param name="cpuPercent">Percent of one CPU; null when unknown.</param>
    /// <param name="held">Memory of this process that is held on purpose.</param>
    public void Observe(double? cpuPercent, ByteSize held)
    {
        lock (_lock)
        {
            _cpu = (cpuPercent, Now);
            _held = held;
        }
        Watch();
    }

    public void CountRefused()
    {
        lock (_lock)
            _refused++;
    }

    /// <param name="isProbe">/live or /health: may use the reserved slots, and has no rate limit.</param>
    /// <param name="aborted">The client has gone.</param>
    /// <returns>Whether to answer; then <see cref="Leave"/> follows with the lease.</returns>
    public async ValueTask<(Admitted Result, RateLimitLease? Lease)> EnterAsync(bool isProbe, CancellationToken aborted)
    {
        if (Arrive(isProbe) is { } overloaded)
            return (overloaded, null);
        var lease = TryEnter(isProbe, out var slotsAreTaken) ?? await WaitAsync(isProbe, slotsAreTaken, aborted);
        lock (_lock)
        {
            if (lease is null)
                _throttled++;
            else
                (_admitted, _inFlight, _most) = (_admitted + 1, _inFlight + 1, Math.Max(_most, _inFlight + 1));
        }
        Watch();
        return lease is null ? (Admitted.Throttled, null) : (Admitted.Yes, lease);
    }

    /// <summary>The answer is written, or the client has gone.</summary>
    public void Leave(RateLimitLease lease)
    {
        lock (_lock)
            _inFlight--;
        lease.Dispose();
        Watch();
    }

    public void Dispose()
    {
        _slots.Dispose();
        _reserved.Dispose();
        _places.Dispose();
    }

    private Admitted? Arrive(bool isProbe)
    {
        lock (_lock)
        {
            var now = Now;
            if (!isProbe)
                _arrived.Add(now);
            var use = Use(now);
            if (isProbe || (use.LevelOf(_limits, LimitedResource.Memory) != ResourceLevel.Violation && use.LevelOf(_limits, LimitedResource.Cpu) != ResourceLevel.Violation))
                return null;
            _overloaded++;
        }
        Watch();
        return Admitted.Overloaded;
    }

    /// <returns>Null when there is no room.</returns>
    private RateLimitLease? TryEnter(bool isProbe, out bool slotsAreTaken)
    {
        var lease = _slots.AttemptAcquire();
        if (!lease.IsAcquired && isProbe)
            lease = _reserved.AttemptAcquire();
        slotsAreTaken = !lease.IsAcquired;
        return slotsAreTaken ? null : TakeRate(isProbe, lease);
    }

    private RateLimitLease? TakeRate(bool isProbe, RateLimitLease lease)
    {
        if (isProbe)
            return lease;
        lock (_lock)
        {
            var now = Now;
            if (_answered.CountAt(now) < _limits.PerMinute)
            {
                _answered.Add(now);
                return lease;
            }
        }
        lease.Dispose();
        return null;
    }

    private async ValueTask<RateLimitLease?> WaitAsync(bool isProbe, bool slotsAreTaken, CancellationToken aborted)
    {
        using var place = _places.AttemptAcquire();
        if (!place.IsAcquired)
            return null;
        CountWaiting(1);
        Watch();
        try
        {
            if (!slotsAreTaken)
            {
                await Task.Delay(AdmissionLimits.LongestWait, _time, aborted);
                return TryEnter(isProbe, out _);
            }
            using var limit = new CancellationTokenSource(AdmissionLimits.LongestWait, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
            var lease = await (isProbe ? _reserved : _slots).AcquireAsync(1, either.Token);
            return lease.IsAcquired ? TakeRate(isProbe, lease) : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            CountWaiting(-1);
        }
    }

    private void CountWaiting(int change)
    {
        lock (_lock)
        {
            _waiting += change;
            _heldRequests += Math.Max(0, change);
        }
    }

    // Within the lock.
    private ResourceUse Use(TimeSpan now)
    {
        if (_memory is not { } known || now - known.At >= MemoryEvery)
            _memory = (ByteSize.FromBytes(Math.Max(0, _resident() - _held.Bytes)).MiB, now);
        var cpu = now - _cpu.At <= CpuHolds ? _cpu.Percent : null;
        return new ResourceUse(_inFlight, _waiting, _arrived.CountAt(now), _memory.Value.Mb, cpu);
    }

    private void Watch()
    {
        IReadOnlyList<ResourceNotice> notices;
        lock (_lock)
        {
            var now = Now;
            notices = _watch.Decide(_limits, Use(now), now);
        }
        foreach (var notice in notices)
            AdmissionLog.Write(_log ?? Log.Logger, notice);
    }

    private static ConcurrencyLimiter Limiter(int permits, int queue) =>
        new(new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = queue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
}

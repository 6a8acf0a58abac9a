#nullable disable
namespace Akka.Actor;

public interface ICancelable
{
    bool IsCancellationRequested { get; }

    CancellationToken Token { get; }

    void Cancel();

    void Cancel(bool throwOnFirstException);

    void CancelAfter(TimeSpan delay);

    void CancelAfter(int millisecondsDelay);
}

public static class CancelableExtensions
{
    public static void CancelIfNotNull(this ICancelable cancelable) => cancelable?.Cancel();
}

/// <summary>Takes something scheduled back. The token source is made when somebody asks for the token.</summary>
public class Cancelable : ICancelable, IDisposable
{
    private readonly IActionScheduler _scheduler;
    private readonly object _gate = new();
    private CancellationTokenSource _source;
    private Scheduled _scheduled;
    private volatile bool _cancelled;

    public Cancelable(IActionScheduler scheduler) => _scheduler = scheduler;

    public Cancelable(IScheduler scheduler)
        : this(scheduler.Advanced)
    {
    }

    public Cancelable(IActionScheduler scheduler, TimeSpan delay)
        : this(scheduler) => CancelAfter(delay);

    public Cancelable(IScheduler scheduler, TimeSpan delay)
        : this(scheduler.Advanced) => CancelAfter(delay);

    public Cancelable(IScheduler scheduler, int millisecondsDelay)
        : this(scheduler.Advanced) => CancelAfter(millisecondsDelay);

    private Cancelable(IActionScheduler scheduler, CancellationTokenSource source)
        : this(scheduler) => _source = source;

    public bool IsCancellationRequested => _cancelled || Volatile.Read(ref _source) is { IsCancellationRequested: true };

    public bool IsDisposed { get; private set; }

    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                if (_source is not null) return _source.Token;
                if (_cancelled) return new CancellationToken(canceled: true);
                _source = new CancellationTokenSource();
                return _source.Token;
            }
        }
    }

    public static ICancelable CreateCanceled() => AlreadyCanceled.Instance;

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler.Advanced, cancelables);

    public static ICancelable CreateLinkedCancelable(IActionScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler, [.. cancelables.Select(c => c.Token)]);

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params CancellationToken[] cancellationTokens) =>
        CreateLinkedCancelable(scheduler.Advanced, cancellationTokens);

    public static ICancelable CreateLinkedCancelable(IActionScheduler scheduler, params CancellationToken[] cancellationTokens) =>
        new Cancelable(scheduler, CancellationTokenSource.CreateLinkedTokenSource(cancellationTokens));

    public void Cancel() => Cancel(throwOnFirstException: false);

    public void Cancel(bool throwOnFirstException)
    {
        CancellationTokenSource source;
        Scheduled scheduled;
        lock (_gate)
        {
            ThrowIfDisposed();
            _cancelled = true;
            source = _source;
            scheduled = _scheduled;
            _scheduled = null;
        }

        scheduled?.Cancel();
        source?.Cancel(throwOnFirstException);
    }

    public void CancelAfter(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(delay), $"The delay must be >0, it was {delay}");
        lock (_gate) ThrowIfDisposed();
        if (IsCancellationRequested) return;
        _scheduler.ScheduleOnce(delay, () =>
        {
            if (!IsDisposed) Cancel();
        });
    }

    public void CancelAfter(int millisecondsDelay)
    {
        if (millisecondsDelay < 0) throw new ArgumentOutOfRangeException(nameof(millisecondsDelay), $"The delay must be >0, it was {millisecondsDelay}");
        CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        lock (_gate)
        {
            IsDisposed = true;
            _source?.Dispose();
        }
    }

    internal void Attach(Scheduled scheduled)
    {
        lock (_gate)
        {
            if (!_cancelled)
            {
                _scheduled = scheduled;
                return;
            }
        }

        scheduled.Cancel();
    }

    private void ThrowIfDisposed()
    {
        if (IsDisposed) throw new ObjectDisposedException(null, "The cancelable has been disposed");
    }

    private sealed class AlreadyCanceled : ICancelable
    {
        internal static readonly AlreadyCanceled Instance = new();

        public bool IsCancellationRequested => true;

        public CancellationToken Token => new(canceled: true);

        public void Cancel()
        {
        }

        public void Cancel(bool throwOnFirstException)
        {
        }

        public void CancelAfter(TimeSpan delay)
        {
        }

        public void CancelAfter(int millisecondsDelay)
        {
        }
    }
}

using System.Collections.Concurrent;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>The holder's loop with real pages, on a machine whose memory the test decides.</summary>
[Collection(RealMemory.Name)]
public sealed class HolderTests : IAsyncLifetime
{
    private static readonly MemorySettings Settings = new() { Reserve = ByteSize.FromMiB(1000), Step = ByteSize.FromMiB(8) };

    private readonly FakeMachine _machine = new();
    private readonly ConcurrentQueue<HolderReport> _reports = new();
    private readonly IHolder _holder;

    public HolderTests()
    {
        _holder = HolderThread.Start(
            line => new Holder(line, _machine.Watch, huge: false), _reports.Enqueue, end => _reports.Enqueue(new HolderReport.Fault($"ended: {end}")));
        _holder.Order(HolderOrder.Settings.Of(Settings));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _holder.StopAsync(kill: false);
        _machine.Dispose();
    }

    [Fact]
    public void It_takes_and_releases_what_is_ordered()
    {
        Hold(32);
        Reported(new HolderReport.Holding(MiB(32), MiB(32)));
        Hold(10);
        Reported(new HolderReport.Holding(MiB(10), MiB(10)));
        Hold(0);
        Reported(new HolderReport.Holding(MiB(0), MiB(0)));
    }

    [Fact]
    public void Orders_that_come_with_the_settings_are_not_lost()
    {
        var reports = new ConcurrentQueue<HolderReport>();
        var holder = new Holder(new OneBatch(reports, HolderOrder.Settings.Of(Settings), new HolderOrder.Hold(MiB(4), 0)), _machine.Watch, huge: false);
        holder.Run();

        Assert.Contains(new HolderReport.Holding(MiB(4), MiB(4)), reports);
    }

    [Fact]
    public void It_gives_back_of_itself_what_is_missing_to_the_reserve_and_a_step_more()
    {
        Hold(64);
        Reported(new HolderReport.Holding(MiB(64), MiB(64)));

        _machine.Available(984);
        var lost = Assert.IsType<HolderReport.Lost>(Reported(report => report is HolderReport.Lost));
        Assert.Equal(new HolderReport.Lost(MemoryReleaseCause.Reserve, MiB(24), MiB(40), 1), lost);
    }

    [Fact]
    public void Growth_that_was_ordered_before_the_daemon_saw_a_loss_is_void()
    {
        Hold(64);
        Reported(new HolderReport.Holding(MiB(64), MiB(64)));
        _machine.Available(900);
        Eventually.Holds(() => _reports.OfType<HolderReport.Lost>().Any(lost => lost.Held == MiB(0)), () => string.Join("; ", _reports));
        _machine.Available(4000);
        var losses = _reports.OfType<HolderReport.Lost>().Count();

        _reports.Clear();
        Hold(64, lossesSeen: losses - 1);
        Hold(4, lossesSeen: losses);
        Reported(new HolderReport.Holding(MiB(4), MiB(4)));
        Assert.DoesNotContain(new HolderReport.Holding(MiB(64), MiB(64)), _reports);
    }

    [Fact]
    public void While_it_holds_memory_it_reports_again_and_again()
    {
        Hold(8);
        Eventually.Holds(() => _reports.Count(report => report is HolderReport.Holding) > 3, () => string.Join("; ", _reports));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(1500, false)]
    public void A_quarter_goes_back_once_a_second_while_others_wait_and_no_memory_is_free(int freeMiB, bool given)
    {
        _machine.Available(1500, freeMiB);
        using var eyes = _machine.Watch(Settings);
        var expected = given ? new MemoryLoss(MemoryReleaseCause.Pressure, MiB(100)) : null;

        Assert.Null(eyes.Look(TimeSpan.FromSeconds(10), MiB(400)));
        _machine.Waited(TimeSpan.FromMilliseconds(300));
        Assert.Equal(expected, eyes.Look(TimeSpan.FromSeconds(11), MiB(400)));
        Assert.Null(eyes.Look(TimeSpan.FromSeconds(11.1), MiB(300)));
        Assert.Null(eyes.Look(TimeSpan.FromSeconds(12.1), MiB(300)));
    }

    [Fact]
    public void Memory_that_cannot_be_read_for_two_seconds_is_given_back()
    {
        using var eyes = _machine.Watch(Settings);
        _machine.Unreadable();

        Assert.Null(eyes.Look(TimeSpan.FromSeconds(10), MiB(64)));
        Assert.Null(eyes.Look(TimeSpan.FromSeconds(11.9), MiB(64)));
        Assert.Equal(new MemoryLoss(MemoryReleaseCause.ReadingMissing, MiB(64)), eyes.Look(TimeSpan.FromSeconds(12), MiB(64)));
    }

    [Fact]
    public void It_looks_at_least_each_quarter_of_a_second_and_twenty_times_a_second_near_the_reserve()
    {
        using var eyes = _machine.Watch(Settings);

        eyes.Look(TimeSpan.FromSeconds(1), MiB(64));
        Assert.Equal(TimeSpan.FromMilliseconds(240), eyes.Interval);
        _machine.Available(1999);
        eyes.Look(TimeSpan.FromSeconds(2), MiB(64));
        Assert.Equal(TimeSpan.FromMilliseconds(50), eyes.Interval);
    }

    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    private void Hold(int mib, int lossesSeen = 0) => _holder.Order(new HolderOrder.Hold(MiB(mib), lossesSeen));

    private void Reported(HolderReport expected) => Reported(report => report == expected);

    private HolderReport Reported(Func<HolderReport, bool> expected)
    {
        Eventually.Holds(() => _reports.Any(expected), () => string.Join("; ", _reports));
        return _reports.First(expected);
    }

    /// <summary>A daemon that says all at once and is gone when it has heard of what is held.</summary>
    private sealed class OneBatch(ConcurrentQueue<HolderReport> reports, params HolderOrder[] orders) : IHolderLine
    {
        private bool _said;

        public IReadOnlyList<HolderOrder>? Receive(TimeSpan wait)
        {
            if (_said)
                return reports.Contains(new HolderReport.Holding(MiB(4), MiB(4))) ? null : [];
            _said = true;
            return orders;
        }

        public void Send(HolderReport report) => reports.Enqueue(report);
    }
}

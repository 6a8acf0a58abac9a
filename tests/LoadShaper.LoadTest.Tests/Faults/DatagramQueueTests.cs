using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Model;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class DatagramQueueTests
{
    private const long Millisecond = 1_000_000;

    private static List<(int Item, bool Late)> Take(DatagramQueue<int> queue, long now)
    {
        var taken = new List<(int, bool)>();
        while (queue.TryTake(now, out var item, out var late))
            taken.Add((item, late));
        return taken;
    }

    [Fact]
    public void A_rate_spaces_datagrams_and_the_latency_comes_on_top()
    {
        var queue = new DatagramQueue<int>();
        var faults = new LinkFaults { Rate = 8e6 };
        for (var i = 0; i < 3; i++)
            Assert.True(queue.TryAdd(0, i, 1_000, faults, 20 * Millisecond, 0));
        // 1,000 bytes at 8 Mbit/s take a millisecond.
        Assert.Equal(21 * Millisecond, queue.NextDue);
        Assert.Empty(Take(queue, 21 * Millisecond - 1));
        Assert.Equal([(0, false)], Take(queue, 21 * Millisecond));
        Assert.Equal([(1, false), (2, false)], Take(queue, 23 * Millisecond));
        Assert.Equal(long.MaxValue, queue.NextDue);
    }

    [Fact]
    public void A_full_queue_takes_no_more()
    {
        var queue = new DatagramQueue<int>();
        var faults = new LinkFaults { Queue = 2 };
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(i => queue.TryAdd(0, i, 1, faults, Millisecond, 0)));
        Assert.Equal(2, Take(queue, Millisecond).Count);
        Assert.True(queue.TryAdd(0, 3, 1, faults, 0, 0));
    }

    [Fact]
    public void A_held_datagram_passes_after_its_window_or_its_time()
    {
        var faults = new LinkFaults { Reorder = new ReorderFaults(1, 4, TimeSpan.FromMilliseconds(50)) };
        var queue = new DatagramQueue<int>();
        queue.TryAdd(0, 0, 1, faults, 0, heldBehind: 2);
        queue.TryAdd(0, 1, 1, faults, 0, 0);
        Assert.Equal([(1, false)], Take(queue, 0));
        queue.TryAdd(0, 2, 1, faults, 0, 0);
        Assert.Equal([(2, false), (0, true)], Take(queue, 0));

        queue.TryAdd(0, 3, 1, faults, 0, heldBehind: 2);
        Assert.Equal(50 * Millisecond, queue.NextDue);
        Assert.Equal([(3, false)], Take(queue, 50 * Millisecond));
    }

    [Fact]
    public void Every_datagram_comes_out_once_and_within_its_window()
    {
        var input =
            from seed in Gen.Choose(0, 10_000)
            from window in Gen.Choose(1, 8)
            select (Seed: (ulong)seed, Window: window);
        Prop.ForAll(input.ToArbitrary(), x =>
        {
            var faults = new LinkFaults { Reorder = new ReorderFaults(0.3, x.Window, TimeSpan.FromSeconds(10)) };
            var decider = new DatagramDecider(x.Seed, 0, FaultDirection.Uplink);
            var queue = new DatagramQueue<int>();
            var order = new List<int>();
            for (var i = 0; i < 200; i++)
            {
                var fate = decider.Decide(faults);
                Assert.True(queue.TryAdd(i, i, 100, faults, fate.Delay, fate.HeldBehind));
                order.AddRange(Take(queue, i).Select(t => t.Item));
            }
            order.AddRange(Take(queue, long.MaxValue - 1).Select(t => t.Item));
            Assert.Equal(Enumerable.Range(0, 200), order.Order());
            // Nothing later than the window overtakes, apart from others that were held themselves.
            for (var at = 0; at < order.Count; at++)
                Assert.InRange(order.Take(at).Count(earlier => earlier > order[at]), 0, 2 * x.Window + 8);
        }).QuickCheckThrowOnFailure();
    }
}

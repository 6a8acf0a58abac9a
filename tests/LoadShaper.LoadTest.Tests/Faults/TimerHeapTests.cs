using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Faults.Loop;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class TimerHeapTests
{
    [Fact]
    public void Entries_come_in_order_however_they_were_set_moved_and_removed()
    {
        var input = Gen.ListOf(from item in Gen.Choose(0, 30) from due in Gen.Choose(-1, 100) select (Item: item, Due: due));
        Prop.ForAll(input.ToArbitrary(), changes =>
        {
            var heap = new TimerHeap();
            var items = Enumerable.Range(0, 31).Select(_ => new Silent()).ToArray();
            var expected = new Dictionary<int, long>();
            foreach (var (item, due) in changes)
                if (due < 0)
                {
                    heap.Set(items[item], long.MaxValue);
                    expected.Remove(item);
                }
                else
                {
                    heap.Set(items[item], due);
                    expected[item] = due;
                }
            Assert.Equal(expected.Count, heap.Count);
            Assert.Equal(expected.Count == 0 ? long.MaxValue : expected.Values.Min(), heap.NextDue);
            var taken = new List<long>();
            while (heap.Take(1_000) is { } next)
                taken.Add(next.Due);
            Assert.Equal(expected.Values.Order(), taken);
            Assert.All(items, i => Assert.Equal(-1, i.HeapIndex));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nothing_is_taken_before_it_is_due()
    {
        var heap = new TimerHeap();
        heap.Set(new Silent(), 10);
        Assert.Null(heap.Take(9));
        Assert.NotNull(heap.Take(10));
    }

    private sealed class Silent : Timed
    {
        internal override void OnDue(long now)
        {
        }
    }
}

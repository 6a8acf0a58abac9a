using LoadShaper.Domain.Lifecycle;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Lifecycle;

public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    [Fact]
    public void What_came_before_a_state_older_than_the_cutoff_goes() =>
        Assert.Equal(199, RetentionPolicy.Decide([At(1, 93), At(200, 92)], Now, Kept));

    [Fact]
    public void The_last_state_before_the_cutoff_stays_for_the_window_begins_with_it() =>
        Assert.Null(RetentionPolicy.Decide([At(200, 92)], Now, Kept));

    [Fact]
    public void A_state_that_is_younger_than_the_cutoff_is_no_reason_to_delete() =>
        Assert.Null(RetentionPolicy.Decide([At(1, 91), At(200, 89)], Now, Kept));

    [Fact]
    public void A_step_is_at_least_a_day_of_the_journal() =>
        Assert.Equal(299, RetentionPolicy.Decide([At(1, 95), At(200, 94.5), At(300, 94)], Now, Kept));

    [Fact]
    public void Without_a_state_nothing_goes() =>
        Assert.Null(RetentionPolicy.Decide([], Now, Kept));

    [Fact]
    public void A_clock_that_is_not_set_deletes_nothing() =>
        Assert.Null(RetentionPolicy.Decide([At(1, 93), At(200, 92)], DateTimeOffset.UnixEpoch, Kept));

    [Fact]
    public void A_cutoff_before_all_time_is_the_beginning_of_time() =>
        Assert.Equal(DateTimeOffset.MinValue, RetentionPolicy.Cutoff(DateTimeOffset.MinValue.AddDays(1), Kept));

    [Fact]
    public void A_journal_that_is_too_large_loses_its_oldest_day_at_any_age()
    {
        var large = ByteSize.FromBytes(RetentionPolicy.LargestSize.Bytes + 1);

        Assert.Equal(Now, RetentionPolicy.Cutoff(Now, Kept, large));
        Assert.Equal(299, RetentionPolicy.Decide([At(1, 5), At(200, 4.5), At(300, 4)], Now, Kept, large));
        Assert.Null(RetentionPolicy.Decide([At(1, 5), At(300, 4)], Now, Kept, RetentionPolicy.LargestSize));
    }

    [Fact]
    public void The_newest_day_stays_however_large_the_journal_is() =>
        Assert.Null(RetentionPolicy.Decide([At(1, 0.9), At(200, 0.2)], Now, Kept, ByteSize.FromBytes(RetentionPolicy.LargestSize.Bytes * 2)));

    private static RecordedState At(long sequenceNr, double daysAgo) => new(sequenceNr, Now.AddDays(-daysAgo));
}

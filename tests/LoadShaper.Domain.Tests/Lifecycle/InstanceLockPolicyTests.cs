using LoadShaper.Domain.Lifecycle;
using Xunit;

namespace LoadShaper.Domain.Tests.Lifecycle;

public class InstanceLockPolicyTests
{
    [Theory]
    [InlineData(LockPath.Ours, null, LockStatus.Held)]
    [InlineData(LockPath.Missing, LockAttempt.Taken, LockStatus.Held)]
    [InlineData(LockPath.Replaced, LockAttempt.Taken, LockStatus.Held)]
    [InlineData(LockPath.Missing, LockAttempt.Failed, LockStatus.InDoubt)]
    [InlineData(LockPath.Replaced, LockAttempt.Failed, LockStatus.InDoubt)]
    [InlineData(LockPath.Replaced, LockAttempt.HeldByOther, LockStatus.InDoubt)]
    [InlineData(LockPath.Unreadable, null, LockStatus.InDoubt)]
    public void A_lock_that_is_not_at_its_path_is_in_doubt_until_it_is_taken_again(LockPath path, LockAttempt? attempt, LockStatus status) =>
        Assert.Equal(status, InstanceLockPolicy.Decide(InstanceLockState.Start, path, attempt).Status);

    [Fact]
    public void Another_daemon_at_two_looks_in_succession_has_the_directory()
    {
        var once = InstanceLockPolicy.Decide(InstanceLockState.Start, LockPath.Replaced, LockAttempt.HeldByOther);

        Assert.Equal(LockStatus.Lost, InstanceLockPolicy.Decide(once, LockPath.Replaced, LockAttempt.HeldByOther).Status);
        Assert.Equal(LockStatus.Held, InstanceLockPolicy.Decide(once, LockPath.Replaced, LockAttempt.Taken).Status);
        Assert.Equal(
            LockStatus.InDoubt,
            InstanceLockPolicy.Decide(
                InstanceLockPolicy.Decide(once, LockPath.Missing, LockAttempt.Failed), LockPath.Replaced, LockAttempt.HeldByOther).Status);
    }

    [Theory]
    [InlineData(LockPath.Ours, false)]
    [InlineData(LockPath.Missing, true)]
    [InlineData(LockPath.Replaced, true)]
    [InlineData(LockPath.Unreadable, false)]
    public void It_is_taken_again_only_where_our_file_is_certainly_not_at_the_path(LockPath path, bool taken) =>
        Assert.Equal(taken, InstanceLockPolicy.IsToBeTaken(path));
}

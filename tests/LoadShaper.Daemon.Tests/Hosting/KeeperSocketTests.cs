using LoadShaper.Daemon.Hosting;
using Xunit;

namespace LoadShaper.Daemon.Tests.Hosting;

public sealed class KeeperSocketTests
{
    private readonly string _name = $"test/{Guid.NewGuid():N}";

    [Fact]
    public void A_name_is_had_by_one_process_at_a_time_and_its_owner_is_known()
    {
        using (var first = KeeperSocket.TryBind(_name))
        {
            Assert.NotNull(first);
            Assert.Null(KeeperSocket.TryBind(_name));
            Assert.Equal(new KeeperSocket.Owner(Environment.ProcessId, IsTrusted: true), KeeperSocket.OwnerOf(_name));
        }

        Assert.Null(KeeperSocket.OwnerOf(_name));
        using var second = KeeperSocket.TryBind(_name);
        Assert.NotNull(second);
    }

    [Fact]
    public void However_often_it_is_asked_it_answers_once_the_queue_is_drained()
    {
        using var first = KeeperSocket.TryBind(_name)!;
        for (var i = 0; i < 100; i++)
        {
            Assert.NotNull(KeeperSocket.OwnerOf(_name));
            first.Drain();
        }

        Assert.True(KeeperSocket.OwnerOf(_name)!.IsTrusted);
    }
}

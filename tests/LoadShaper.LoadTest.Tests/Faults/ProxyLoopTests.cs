using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Loop;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class ProxyLoopTests
{
    [Fact]
    public async Task The_owner_of_a_socket_decides_what_happens_after_an_exception()
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var defects = new List<string>();
        using var loop = new ProxyLoop(defects.Add);
        LoopSocket socket = null!;
        await loop.CallAsync(() =>
        {
            socket = new LoopSocket(loop, Libc.Socket(2, Libc.DatagramSocket), _ => throw new InvalidOperationException("a defect"), () =>
            {
                socket.Want(0);
                failed.SetResult();
            });
            // A socket of datagrams can be written to at once.
            socket.Want(Libc.EpollOut);
            return true;
        });
        await failed.Task;
        Assert.True(await loop.CallAsync(() => socket.IsOpen));
        Assert.Equal(["connection dropped: a defect"], defects);
    }

    [Fact]
    public async Task A_loop_that_ended_takes_no_work()
    {
        var loop = new ProxyLoop(Assert.Fail);
        loop.Dispose();
        loop.Dispose();
        Assert.False(loop.Post(() => Assert.Fail("done after the end")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => loop.CallAsync(() => true));
    }
}

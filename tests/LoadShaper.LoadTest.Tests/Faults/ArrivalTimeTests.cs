using System.Net;
using System.Net.Sockets;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Faults;

public sealed class ArrivalTimeTests
{
    private const long Now = 5_000_000_000;

    [Theory]
    [InlineData(70_000, 0, Now - 70_000)]
    // The wall clock was set back, or far forward, in between.
    [InlineData(-3_600_000_000_000, 0, Now)]
    [InlineData(3_600_000_000_000, 0, Now - 100_000_000)]
    // The proxy did not read while its buffer was full or the link was down.
    [InlineData(70_000, Now - 20_000, Now - 20_000)]
    [InlineData(70_000, Now + 20_000, Now)]
    public void A_delay_begins_when_the_data_arrived(long age, long notBefore, long expected) =>
        Assert.Equal(expected, ArrivalTime.Of(Now, age, notBefore));

    [Fact]
    public async Task The_kernel_records_the_arrival_on_connections_of_a_listener()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Libc.RecordArrival((int)listener.Handle);
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        using var accepted = await listener.AcceptAsync();

        var (before, readable, arrived) = (0L, 0L, 0L);
        // The kernel begins to record a little after the first socket of the machine asked for it.
        for (var exchange = 0; exchange < 100_000 && arrived == 0; exchange++)
        {
            before = ProxyLoop.WallClock;
            client.Send(new byte[10]);
            accepted.Poll(-1, SelectMode.SelectRead);
            readable = ProxyLoop.WallClock;
            Assert.Equal(10, Libc.ReceiveAt((int)accepted.Handle, new byte[100], out arrived));
        }

        // The clock of .NET has a resolution of 100 ns.
        Assert.InRange(arrived, before, readable + 100);
    }

    [Fact]
    public void Without_a_record_the_arrival_is_unknown()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using var accepted = listener.Accept();
        client.Send(new byte[10]);
        accepted.Poll(-1, SelectMode.SelectRead);

        Assert.Equal(10, Libc.ReceiveAt((int)accepted.Handle, new byte[100], out var arrived));
        Assert.Equal(0, arrived);
    }
}

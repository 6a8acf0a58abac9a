using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Real sockets on the loopback interface; virtual time.</summary>
public sealed class TrafficGeneratorTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly FallbackInput Any = new(DateTimeOffset.UnixEpoch, ShapeFamily.E2, null, null, null, null, GatePosition.Open);

    private static readonly NetworkSettings Settings = new()
    {
        ValidatePeers = false,
        PacketSize = ByteSize.FromBytes(1000),
        ValidationTimeout = TimeSpan.FromSeconds(5),
        Generator = new GeneratorTiming { Debounce = TimeSpan.Zero, MinOn = TimeSpan.Zero, MinOff = TimeSpan.Zero },
    };

    public TrafficGeneratorTests()
        : base(VirtualTime.Config)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void It_sends_at_the_rate_it_is_told(string address)
    {
        using var receiver = new Receiver(IPAddress.Parse(address));
        var generator = Create(Settings with { Peers = [new NetworkPeer(address, receiver.Port)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));

        var account = Account(generator);
        Assert.Equal(1_000_000, account.Payload);
        Assert.Equal(1000, account.Packets);
        Assert.Equal((1000, 1_000_000L), receiver.Drain());
    }

    [Fact]
    public void Peers_are_served_in_turn()
    {
        using var one = new Receiver();
        using var two = new Receiver();
        var generator = Create(Settings with { Peers = [Peer(one), Peer(two)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));

        Assert.Equal((500, 500_000L), one.Drain());
        Assert.Equal((500, 500_000L), two.Drain());
    }

    [Fact]
    public void After_a_burst_it_rests()
    {
        using var receiver = new Receiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)], Burst = TimeSpan.FromSeconds(1), Idle = TimeSpan.FromSeconds(3) });

        Tell(generator, Order(1));
        Run(generator, TimeSpan.FromSeconds(1));
        Assert.InRange(receiver.Drain().Packets, 120, 125);
        Wait(generator, TimeSpan.FromSeconds(2));
        Run(generator, TimeSpan.FromSeconds(0.9));
        Assert.Equal(0, receiver.Drain().Packets);
        Run(generator, TimeSpan.FromSeconds(1.1));
        Assert.InRange(receiver.Drain().Packets, 115, 125);
    }

    [Fact]
    public void An_order_that_is_not_renewed_ends_by_itself()
    {
        using var receiver = new Receiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)] });

        Tell(generator, new TrafficGenerator.SetRate(BitRate.FromMbit(8), TimeSpan.FromSeconds(1)));
        Run(generator, TimeSpan.FromSeconds(3));

        Assert.InRange(receiver.Drain().Packets, 980, 1000);
    }

    [Fact]
    public void Told_to_rest_it_sends_nothing_more()
    {
        using var receiver = new Receiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)], Generator = new GeneratorTiming { Debounce = TimeSpan.Zero, MinOff = TimeSpan.Zero } });
        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));
        Assert.True(receiver.Drain().Packets > 0);

        Tell(generator, TrafficGenerator.Rest.Instance);
        Wait(generator, TimeSpan.FromSeconds(20));

        Assert.Equal(0, receiver.Drain().Packets);
    }

    [Fact]
    public void Before_the_debounce_and_the_first_rest_it_sends_nothing()
    {
        using var receiver = new Receiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)], Generator = new GeneratorTiming() });
        Tell(generator, Order(8));

        Wait(generator, TimeSpan.FromSeconds(19));
        Assert.Equal(0, receiver.Drain().Packets);
        Wait(generator, TimeSpan.FromSeconds(1));
        Run(generator, TimeSpan.FromSeconds(0.1));
        Assert.True(receiver.Drain().Packets > 0);
    }

    [Fact]
    public void What_is_sent_is_marked_as_least_important_and_goes_no_further_than_told()
    {
        using var receiver = new Receiver();
        PacketHeader.Request(receiver.Handle);
        var generator = Create(Settings with { Peers = [Peer(receiver)], Ttl = 3 });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromMilliseconds(100));

        // DSCP LE is code point 1, in the upper six bits of the octet.
        Assert.Equal(new PacketHeader(Ttl: 3, TypeOfService: 4), PacketHeader.Receive(receiver.Handle));
    }

    [Fact]
    public void A_UDP_peer_that_refuses_is_reported_and_served_all_the_same()
    {
        int port;
        using (var closed = new Receiver())
            port = closed.Port;
        var generator = Create(Settings with { Peers = [new NetworkPeer("127.0.0.1", port)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));

        var account = Account(generator);
        Assert.Equal(new PeerStatus(new NetworkPeer("127.0.0.1", port), $"127.0.0.1:{port}", PeerTrouble.Refused), Assert.Single(account.Peers));
        Assert.Equal(1000, account.Packets);
    }

    [Fact]
    public void A_peer_that_is_this_machine_is_refused()
    {
        using var receiver = new Receiver();
        var generator = Create(Settings with { ValidatePeers = true, Peers = [Peer(receiver)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));

        Assert.Equal(PeerTrouble.ThisMachine, Assert.Single(Account(generator).Peers).Trouble);
        Assert.Equal(0, receiver.Drain().Packets);
    }

    [Fact]
    public void A_name_without_an_address_is_reported_and_the_others_are_served()
    {
        using var receiver = new Receiver();
        var generator = Create(Settings with
        {
            ValidationTimeout = TimeSpan.FromMilliseconds(200),
            Peers = [new NetworkPeer("no-such-peer.invalid"), Peer(receiver)],
        });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));

        Assert.Equal(new PeerStatus(new NetworkPeer("no-such-peer.invalid"), null, PeerTrouble.NotResolved), Account(generator).Peers[0]);
        Assert.Equal(1000, receiver.Drain().Packets);
    }

    [Fact]
    public void A_packet_that_fits_nowhere_is_reported()
    {
        using var receiver = new Receiver(IPAddress.IPv6Loopback);
        var generator = Create(Settings with { PacketSize = ByteSize.FromBytes(65600), Peers = [new NetworkPeer("::1", receiver.Port)] });

        Tell(generator, Order(80));
        Run(generator, TimeSpan.FromSeconds(1));

        Assert.Equal(PeerTrouble.PacketTooLarge, Assert.Single(Account(generator).Peers).Trouble);
    }

    [Fact]
    public async Task Over_TCP_one_connection_is_kept_and_made_anew_when_it_breaks()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var generator = Create(Settings with { Protocol = NetworkProtocol.Tcp, Peers = [new NetworkPeer("127.0.0.1", Port(listener))] });
        Tell(generator, Order(8));

        using (var first = await AcceptWhileRunning(listener, generator))
        {
            Run(generator, TimeSpan.FromSeconds(1));
            Assert.True(await first.ReceiveAsync(new byte[1000]) > 0);
            Assert.False(listener.Pending());
        }

        using var second = await AcceptWhileRunning(listener, generator);
        Run(generator, TimeSpan.FromSeconds(1));
        Assert.True(await second.ReceiveAsync(new byte[1000]) > 0);
        Assert.Null(Assert.Single(Account(generator).Peers).Trouble);
    }

    [Fact]
    public async Task Over_TCP_what_is_queued_is_thrown_away_when_told_to_rest()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var generator = Create(Settings with { Protocol = NetworkProtocol.Tcp, Peers = [new NetworkPeer("127.0.0.1", Port(listener))] });
        Tell(generator, Order(80));
        using var peer = await AcceptWhileRunning(listener, generator);
        Run(generator, TimeSpan.FromSeconds(2));

        Tell(generator, TrafficGenerator.Rest.Instance);

        var reset = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await peer.ReceiveAsync(new byte[1 << 16]) > 0)
            {
            }
        });
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public void Over_TCP_a_peer_that_refuses_is_reported_and_left_alone_for_a_while()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = Port(listener);
        }
        var generator = Create(Settings with { Protocol = NetworkProtocol.Tcp, Peers = [new NetworkPeer("127.0.0.1", port)] });
        Tell(generator, Order(8));

        AwaitAssert(() =>
        {
            Run(generator, TimeSpan.FromMilliseconds(20));
            Assert.Equal(PeerTrouble.Refused, Assert.Single(Account(generator).Peers).Trouble);
        }, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, Account(generator).Payload);
    }

    private static NetworkPeer Peer(Receiver receiver) => new("127.0.0.1", receiver.Port);

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static TrafficGenerator.SetRate Order(double mbit) => new(BitRate.FromMbit(mbit), TimeSpan.FromHours(1));

    private IActorRef Create(NetworkSettings settings)
    {
        // Bursts without a rest to speak of, where a test does not say otherwise.
        var steady = settings.Burst == new NetworkSettings().Burst ? settings with { Burst = TimeSpan.FromHours(1) } : settings;
        var clock = new VirtualTime(Scheduler);
        var generator = Sys.ActorOf(Props.Create(() => new TrafficGenerator(steady, clock)));
        AwaitCondition(() => Account(generator).Peers.Count == settings.Peers.Count, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        return generator;
    }

    /// <summary>Returns when it was obeyed.</summary>
    private void Tell(IActorRef generator, object order)
    {
        generator.Tell(order);
        Account(generator);
    }

    /// <summary>Where nothing is sent, a second passes in one step.</summary>
    private void Wait(IActorRef generator, TimeSpan time) => Run(generator, time, TimeSpan.FromSeconds(1));

    private void Run(IActorRef generator, TimeSpan time) => Run(generator, time, TimeSpan.FromMilliseconds(20));

    private void Run(IActorRef generator, TimeSpan time, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Scheduler.Advance(step);
            Account(generator);
        }
    }

    private async Task<Socket> AcceptWhileRunning(TcpListener listener, IActorRef generator)
    {
        var accepting = listener.AcceptSocketAsync();
        await AwaitConditionAsync(() =>
        {
            Run(generator, TimeSpan.FromMilliseconds(200));
            return Task.FromResult(accepting.IsCompleted);
        }, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        return await accepting;
    }

    /// <summary>Returns when the generator has done all that it was told before.</summary>
    private TrafficGenerator.Accounted Account(IActorRef generator)
    {
        generator.Tell(new TrafficGenerator.Account(Any), TestActor);
        return ExpectMsg<TrafficGenerator.Accounted>();
    }
}

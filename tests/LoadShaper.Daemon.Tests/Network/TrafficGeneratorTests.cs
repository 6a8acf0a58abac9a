using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>Real sockets on the loopback interface; virtual time.</summary>
public sealed class TrafficGeneratorTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly FallbackInput Any = new(DateTimeOffset.UnixEpoch, ShapeFamily.E2, null, null, null, null, GatePosition.Open);

    private static readonly Traffic Plenty = new(ByteSize.FromBytes(1L << 50), ByteSize.FromBytes(1L << 50));

    private static readonly NetworkSettings Settings = new()
    {
        ValidatePeers = false,
        PacketSize = ByteSize.FromBytes(1000),
        ValidationTimeout = TimeSpan.FromSeconds(5),
        Generator = new GeneratorTiming { Debounce = TimeSpan.Zero, MinOn = TimeSpan.Zero, MinOff = TimeSpan.Zero },
        Fallback = new FallbackSettings { Ramp = TimeSpan.Zero },
    };

    private readonly List<Receiver> _receivers = [];

    public TrafficGeneratorTests()
        : base(VirtualTime.Config)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Theory]
    [InlineData("127.0.0.1", 42)]
    [InlineData("::1", 62)]
    public void It_sends_at_the_ordered_rate_within_one_percent_headers_included(string address, int headers)
    {
        var receiver = NewReceiver(IPAddress.Parse(address));
        var generator = Sending(Settings with { Peers = [new NetworkPeer(address, receiver.Port)] }, 80);

        receiver.Drain();
        Run(generator, TimeSpan.FromSeconds(2));

        var (packets, bytes) = receiver.Drain();
        Assert.InRange((bytes + (double)packets * headers) / 20_000_000, 0.99, 1.01);
        Assert.Equal([1000], receiver.Sizes);
    }

    [Fact]
    public void A_low_rate_is_as_exact()
    {
        var receiver = NewReceiver();
        var generator = Sending(Settings with { Peers = [Peer(receiver)], Burst = TimeSpan.FromSeconds(20), Idle = TimeSpan.FromHours(1) }, 0.1);

        Run(generator, TimeSpan.FromSeconds(20));

        var (packets, bytes) = receiver.Drain();
        Assert.InRange((bytes + packets * 42.0) / 250_000, 0.98, 1.01);
    }

    [Fact]
    public void The_lowest_rate_sends_whole_packets_with_their_headers()
    {
        var receiver = NewReceiver();
        var generator = Sending(Settings with { Peers = [Peer(receiver)], Burst = TimeSpan.FromSeconds(100), Idle = TimeSpan.FromHours(1) }, 0.04);

        Run(generator, TimeSpan.FromSeconds(20));

        Assert.InRange(receiver.Drain().Packets, 80, 100);
        Assert.Equal([1000], receiver.Sizes);
    }

    [Fact]
    public void Peers_are_served_evenly()
    {
        var (one, two) = (NewReceiver(), NewReceiver());
        var generator = Sending(Settings with { Peers = [Peer(one), Peer(two)] }, 8);

        Run(generator, TimeSpan.FromSeconds(2));

        Assert.InRange((double)one.Drain().Bytes / two.Drain().Bytes, 0.97, 1.03);
    }

    [Fact]
    public void After_a_burst_it_rests()
    {
        var receiver = NewReceiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)], Burst = TimeSpan.FromSeconds(2), Idle = TimeSpan.FromSeconds(3) });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(2));
        Assert.True(receiver.Drain().Bytes > 1_000_000);
        Run(generator, TimeSpan.FromSeconds(0.1));
        receiver.Drain();
        Run(generator, TimeSpan.FromSeconds(2.7));
        Assert.Equal(0, receiver.Drain().Packets);
        Run(generator, TimeSpan.FromSeconds(1));
        Assert.True(receiver.Drain().Bytes > 500_000);
    }

    [Fact]
    public void Without_an_answer_to_its_hello_it_sends_nothing_and_says_why()
    {
        var receiver = NewReceiver();
        receiver.Answers = false;
        var generator = Create(Settings with { Peers = [Peer(receiver)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(6));

        Assert.Equal(0, receiver.Drain().Packets);
        var account = Account(generator);
        Assert.Equal((GeneratorPhase.Error, PeerTrouble.NoAnswer), (account.Phase, Assert.Single(account.Peers).Trouble!.Value));
    }

    [Fact]
    public void A_receiver_with_another_key_gets_nothing()
    {
        var receiver = NewReceiver(key: new NetworkKey("another key, another machine"));
        var generator = Create(Settings with { Peers = [Peer(receiver)], Key = new NetworkKey("the key of this machine") });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(6));

        Assert.Equal(0, receiver.Drain().Packets);
        Assert.Equal(PeerTrouble.NoAnswer, Assert.Single(Account(generator).Peers).Trouble);
    }

    [Fact]
    public void A_peer_that_dies_hands_its_share_to_the_others_within_five_seconds()
    {
        var (one, two) = (NewReceiver(), NewReceiver());
        var generator = Sending(Settings with { Peers = [Peer(one), Peer(two)] }, 8);
        Run(generator, TimeSpan.FromSeconds(1));

        two.Answers = false;
        Run(generator, TimeSpan.FromSeconds(5));
        one.Drain();
        two.Drain();
        Run(generator, TimeSpan.FromSeconds(2));

        Assert.Equal(0, two.Drain().Packets);
        Assert.InRange(one.Drain().Bytes, 1_880_000, 1_960_000);
        Assert.Equal(GeneratorPhase.Degraded, Account(generator).Phase);
    }

    [Fact]
    public void A_port_on_which_nothing_listens_is_noticed_at_once()
    {
        int port;
        using (var closed = new Receiver())
            port = closed.Port;
        var generator = Create(Settings with { Peers = [new NetworkPeer("127.0.0.1", port)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(2));

        Assert.Equal((PeerPhase.Down, PeerTrouble.Refused), (Assert.Single(Account(generator).Peers).Phase, Account(generator).Peers[0].Trouble!.Value));
        Assert.Equal(0, Account(generator).Payload);
    }

    [Fact]
    public void It_never_sends_more_than_the_ledger_allows()
    {
        var receiver = NewReceiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)] }, new Traffic(ByteSize.Zero, ByteSize.FromBytes(500_000)));

        Tell(generator, Order(80));
        Run(generator, TimeSpan.FromSeconds(3));

        Assert.InRange(Account(generator).Wire.Private.Bytes, 490_000, 500_000);
        Tell(generator, new TrafficGenerator.Allow(Traffic.To(isPrivate: true, 1_000_000)));
        Run(generator, TimeSpan.FromSeconds(3));
        Assert.InRange(Account(generator).Wire.Private.Bytes, 990_000, 1_000_000);
    }

    [Fact]
    public void Packets_that_do_not_arrive_become_smaller()
    {
        var receiver = NewReceiver();
        receiver.LargestThatArrives = 1300;
        var generator = Sending(Settings with { Peers = [Peer(receiver)], PacketSize = ByteSize.FromBytes(8900) }, 80);

        Run(generator, TimeSpan.FromSeconds(6));

        Assert.Equal([1252], receiver.Sizes);
        Assert.Equal(PeerPhase.Up, Assert.Single(Account(generator).Peers).Phase);
    }

    [Fact]
    public void An_order_that_is_not_renewed_ends_by_itself()
    {
        var receiver = NewReceiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)] });

        Tell(generator, new TrafficGenerator.SetRate(BitRate.FromMbit(8), TimeSpan.FromSeconds(1)));
        Run(generator, TimeSpan.FromSeconds(1.1));
        Assert.True(receiver.Drain().Packets > 0);
        Run(generator, TimeSpan.FromSeconds(2));

        Assert.Equal(0, receiver.Drain().Packets);
    }

    [Fact]
    public void Ordered_to_rest_it_sends_nothing_more()
    {
        var receiver = NewReceiver();
        var generator = Sending(Settings with { Peers = [Peer(receiver)] }, 8);

        Tell(generator, TrafficGenerator.Rest.Instance);
        receiver.Drain();
        Run(generator, TimeSpan.FromSeconds(3));

        Assert.Equal(0, receiver.Drain().Packets);
        Assert.Equal(GeneratorPhase.Off, Account(generator).Phase);
    }

    [Fact]
    public void Before_the_debounce_and_the_first_rest_it_sends_nothing_and_the_peers_are_asked_meanwhile()
    {
        var receiver = NewReceiver();
        var generator = Create(Settings with { Peers = [Peer(receiver)], Generator = new GeneratorTiming() });
        Tell(generator, Order(8));

        Run(generator, TimeSpan.FromSeconds(19.5));
        Assert.Equal(0, receiver.Drain().Packets);
        Assert.Equal(PeerPhase.Up, Assert.Single(Account(generator).Peers).Phase);
        Run(generator, TimeSpan.FromSeconds(1));
        Assert.True(receiver.Drain().Packets > 0);
    }

    [Fact]
    public void What_is_sent_is_marked_as_least_important_and_has_the_hop_limit_of_the_setting()
    {
        var receiver = NewReceiver();
        PacketHeader.Request(receiver.Handle);
        var generator = Sending(Settings with { Peers = [Peer(receiver)], Ttl = 3 }, 8);

        Scheduler.Advance(TimeSpan.FromMilliseconds(200));
        Account(generator);

        // DSCP LE is code point 1, in the upper six bits of the octet.
        Assert.Equal(new PacketHeader(Ttl: 3, TypeOfService: 4), PacketHeader.Receive(receiver.Handle));
    }

    [Fact]
    public void A_peer_that_is_this_machine_is_refused()
    {
        var receiver = NewReceiver();
        var generator = Create(Settings with { ValidatePeers = true, Peers = [Peer(receiver)] });

        Tell(generator, Order(8));
        Run(generator, TimeSpan.FromSeconds(1));

        Assert.Equal(PeerTrouble.ThisMachine, Assert.Single(Account(generator).Peers).Trouble);
        Assert.Equal(0, receiver.Drain().Packets);
    }

    [Fact]
    public void A_name_without_an_address_is_reported_and_the_others_are_served()
    {
        var receiver = NewReceiver();
        var generator = Sending(Settings with
        {
            ValidationTimeout = TimeSpan.FromMilliseconds(200),
            Peers = [new NetworkPeer("no-such-peer.invalid"), Peer(receiver)],
        }, 8);

        Run(generator, TimeSpan.FromSeconds(1));

        Assert.Equal((null, PeerTrouble.NotResolved), (Account(generator).Peers[0].Address, Account(generator).Peers[0].Trouble!.Value));
        Assert.True(receiver.Drain().Bytes > 900_000);
    }

    [Fact]
    public void Over_TCP_a_peer_that_refuses_is_reported_and_left_alone_for_a_while()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        var generator = Create(Settings with { Protocol = NetworkProtocol.Tcp, Peers = [new NetworkPeer("127.0.0.1", port)] });
        Tell(generator, Order(8));

        AwaitAssert(() =>
        {
            Run(generator, TimeSpan.FromMilliseconds(500));
            Assert.Equal(PeerTrouble.Refused, Assert.Single(Account(generator).Peers).Trouble);
        }, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, Account(generator).Payload);
    }

    [Fact]
    public void Over_TCP_nothing_is_sent_before_the_peer_has_agreed()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var generator = Create(Settings with
        {
            Protocol = NetworkProtocol.Tcp,
            Peers = [new NetworkPeer("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port)],
        });
        Tell(generator, Order(8));

        AwaitAssert(() =>
        {
            Run(generator, TimeSpan.FromMilliseconds(500));
            Assert.Equal(PeerTrouble.NoAnswer, Assert.Single(Account(generator).Peers).Trouble);
        }, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, Account(generator).Payload);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        foreach (var receiver in _receivers)
            receiver.Dispose();
    }

    private static NetworkPeer Peer(Receiver receiver) => new("127.0.0.1", receiver.Port);

    private static TrafficGenerator.SetRate Order(double mbit) => new(BitRate.FromMbit(mbit), TimeSpan.FromHours(1));

    private Receiver NewReceiver(IPAddress? address = null, NetworkKey? key = null)
    {
        var receiver = new Receiver(address, key);
        _receivers.Add(receiver);
        return receiver;
    }

    private IActorRef Create(NetworkSettings settings, Traffic? allowed = null)
    {
        // Bursts without a rest to speak of, where a test does not say otherwise.
        var steady = settings.Burst == new NetworkSettings().Burst ? settings with { Burst = TimeSpan.FromHours(1) } : settings;
        var clock = new VirtualTime(Scheduler);
        var generator = Sys.ActorOf(Props.Create(() => new TrafficGenerator(steady, clock)));
        AwaitCondition(() => Account(generator).Peers.Count == settings.Peers.Count, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(10));
        Tell(generator, new TrafficGenerator.Allow(allowed ?? Plenty));
        return generator;
    }

    /// <summary>A generator that sends since a moment.</summary>
    private IActorRef Sending(NetworkSettings settings, double mbit)
    {
        var generator = Create(settings);
        Tell(generator, Order(mbit));
        for (var i = 0; i < 100 && Account(generator).Payload == 0; i++)
            Run(generator, TimeSpan.FromMilliseconds(20));
        foreach (var receiver in _receivers)
            receiver.Drain();
        return generator;
    }

    /// <summary>Returns when it was obeyed.</summary>
    private void Tell(IActorRef generator, object order)
    {
        generator.Tell(order);
        Account(generator);
    }

    private void Run(IActorRef generator, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(20))
        {
            Scheduler.Advance(TimeSpan.FromMilliseconds(20));
            Account(generator);
            foreach (var receiver in _receivers)
                receiver.Serve();
        }
    }

    /// <summary>Returns when the generator has done all that was ordered before.</summary>
    private TrafficGenerator.Accounted Account(IActorRef generator)
    {
        generator.Tell(new TrafficGenerator.Account(Any), TestActor);
        return ExpectMsg<TrafficGenerator.Accounted>();
    }
}

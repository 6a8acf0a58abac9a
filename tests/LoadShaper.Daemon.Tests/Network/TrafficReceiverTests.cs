using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Network;
using LoadShaper.Domain.Network;
using Xunit;

namespace LoadShaper.Daemon.Tests.Network;

public sealed class TrafficReceiverTests : Akka.TestKit.Xunit2.TestKit
{
    public TrafficReceiverTests()
        : base(VirtualTime.Config)
    {
    }

    [Fact]
    public void A_port_in_use_is_tried_again()
    {
        var other = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        other.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        var receiver = Sys.ActorOf(Props.Create(() => new TrafficReceiver(new NetworkSettings { Port = port })));
        Assert.Contains("NET_PORT", Account(receiver).Problem);

        other.Dispose();
        ((TestScheduler)Sys.Scheduler).Advance(PeerResolver.RetryAfter);

        Assert.Equal((null, $"*:{port}"), (Account(receiver).Problem, Account(receiver).EndPoint));
        Watch(receiver);
        Sys.Stop(receiver);
        ExpectTerminated(receiver);
    }

    private Domain.Network.Hello.ReceiverStatus Account(IActorRef receiver)
    {
        receiver.Tell(new TrafficReceiver.Account(null), TestActor);
        return ExpectMsg<TrafficReceiver.Accounted>().Status;
    }
}

using LoadShaper.LoadTest.Engine.Echo;
using LoadShaper.LoadTest.Engine.Http;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine;

internal static class TransportFactory
{
    internal static ITransport Create(EngineThread thread, LoadTarget target, AddressBook addresses) => target.Protocol switch
    {
        TargetProtocol.Http => new StreamTransport(thread, addresses, transport => new HttpConnection(transport)),
        TargetProtocol.TcpEcho => new StreamTransport(thread, addresses, transport => new TcpEchoConnection(transport)),
        TargetProtocol.UdpEcho => new UdpEchoTransport(thread, addresses),
        _ => throw new ArgumentException($"{target.Protocol} is not a protocol of the epoll engine", nameof(target)),
    };
}

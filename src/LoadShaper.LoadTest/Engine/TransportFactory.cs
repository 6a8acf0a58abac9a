using LoadShaper.LoadTest.Engine.Echo;
using LoadShaper.LoadTest.Engine.Http;
using LoadShaper.LoadTest.Engine.Managed;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Engine;

internal static class TransportFactory
{
    /// <summary>One https or HTTP/2 target puts all HTTP of the run on SocketsHttpHandler, so that steps compare.</summary>
    internal static bool IsManaged(RunPlan plan) => plan.Targets.Any(target => target.Protocol.NeedsManagedEngine());

    internal static ITransport Create(EngineThread thread, RunPlan plan, LoadTarget target, AddressBook addresses) => target.Protocol switch
    {
        TargetProtocol.TcpEcho => new StreamTransport(thread, addresses, transport => new TcpEchoConnection(transport)),
        TargetProtocol.UdpEcho => new UdpEchoTransport(thread, addresses),
        _ when IsManaged(plan) => new HttpClientTransport(thread, target, addresses, plan.Timeouts.Connect),
        _ => new StreamTransport(thread, addresses, transport => new HttpConnection(transport)),
    };
}

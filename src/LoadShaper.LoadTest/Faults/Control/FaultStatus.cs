using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Control;

/// <summary>A proxy and what passed it.</summary>
/// <param name="Listen">With the port in use.</param>
/// <param name="UpstreamFailed">Connections whose upstream refused, did not answer or has no address.</param>
public sealed record ProxyStatus(
    ProxySettings Settings, Endpoint Listen, long Accepted, long Open, long Rejected, long UpstreamFailed, long BytesUp, long BytesDown, long DatagramsUp, long DatagramsDown, long SendFailed);

/// <param name="Hits">By rule, or by proxy and policy.</param>
/// <param name="BufferedBytes">Bytes that wait in TCP connections.</param>
/// <param name="OpenSockets">Of all proxies.</param>
public sealed record FaultStatus(
    IReadOnlyList<ProxyStatus> Proxies, IReadOnlyList<(string Name, IReadOnlyList<(string Name, long Value)> Counters)> Hits, long BufferedBytes, int OpenSockets, int Timers, int? DnsPort);

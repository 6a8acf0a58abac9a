namespace LoadShaper.LoadTest.Faults.Proxy;

/// <summary>What passed a proxy. Written by the loop, read by any thread.</summary>
public sealed class ProxyTotals
{
    public long Accepted;
    public long Open;

    /// <summary>Above the limit of connections or sessions.</summary>
    public long Rejected;

    /// <summary>The upstream refused, did not answer or has no address.</summary>
    public long UpstreamFailed;
    public long BytesUp;
    public long BytesDown;
    public long DatagramsUp;
    public long DatagramsDown;

    /// <summary>Datagrams that this machine did not take for sending.</summary>
    public long SendFailed;
}

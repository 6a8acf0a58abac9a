using System.Collections.Concurrent;
using System.Net;
using LoadShaper.Domain.Network.Hello;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Network.Receiving;

/// <summary>What the receiver counts; written by its thread and its connections, read by anyone.</summary>
internal sealed class ReceiverCounters
{
    private static readonly TimeSpan SenderIsActive = TimeSpan.FromSeconds(10);

    private readonly long[] _refused = new long[Enum.GetValues<HelloRefusal>().Length];
    private readonly ConcurrentDictionary<IPAddress, long> _seen = new();
    private long _received, _packets, _answeredExternal, _answeredPrivate;

    public void Refuse(HelloRefusal cause) => Interlocked.Increment(ref _refused[(int)cause]);

    public void Receive(IPAddress sender, long bytes, long packets)
    {
        Interlocked.Add(ref _received, bytes);
        Interlocked.Add(ref _packets, packets);
        See(sender);
    }

    /// <param name="bytes">Sent, headers included.</param>
    public void Answer(IPAddress sender, long bytes)
    {
        if (Domain.Network.PeerPolicy.IsPrivate(sender))
            Interlocked.Add(ref _answeredPrivate, bytes);
        else
            Interlocked.Add(ref _answeredExternal, bytes);
        See(sender);
    }

    public ReceiverStatus Read(string? endPoint, string? problem) => new(
        endPoint, problem, ByteSize.FromBytes(Interlocked.Read(ref _received)), Interlocked.Read(ref _packets),
        new Traffic(ByteSize.FromBytes(Interlocked.Read(ref _answeredExternal)), ByteSize.FromBytes(Interlocked.Read(ref _answeredPrivate))),
        [.. _seen.Where(sender => Environment.TickCount64 - sender.Value < SenderIsActive.TotalMilliseconds).Select(sender => sender.Key.ToString()).Order(StringComparer.Ordinal)],
        Enum.GetValues<HelloRefusal>().ToDictionary(cause => cause, cause => Interlocked.Read(ref _refused[(int)cause])));

    private void See(IPAddress sender) => _seen[sender.IsIPv4MappedToIPv6 ? sender.MapToIPv4() : sender] = Environment.TickCount64;
}

using System.Buffers.Binary;
using System.Net;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Decide;
using LoadShaper.LoadTest.Faults.Loop;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Faults.Proxy;

namespace LoadShaper.LoadTest.Faults.Dns;

/// <summary>
/// A small resolver over UDP: names of its own, everything else from another resolver, and the faults of the policy that
/// applies to the name. Used on the loop's thread.
/// </summary>
internal sealed class DnsServer
{
    private const int DatagramsPerEvent = 64;
    private const int MostWaiting = 4_096;
    private static readonly long UpstreamPatience = 10_000 * TcpLossModel.Millisecond;

    private readonly ProxyLoop _loop;
    private readonly Func<string, FaultBinding> _bind;
    private readonly LoopSocket _socket;
    private readonly LoopSocket? _upstream;
    private readonly Dictionary<ushort, Forwarded> _forwarded = [];
    private readonly HashSet<OneShot> _delayed = [];
    private readonly byte[] _address = new byte[Libc.AddressBytes];
    private DnsSettings _settings;
    private long _queries;
    private ushort _nextId;

    /// <param name="bind">The binding of a queried name.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    internal DnsServer(ProxyLoop loop, DnsSettings settings, Func<string, FaultBinding> bind)
    {
        (_loop, _settings, _bind) = (loop, settings, bind);
        var fd = Listeners.Open(settings.Listen, Libc.DatagramSocket, out var port);
        Port = port;
        _socket = new LoopSocket(loop, fd, OnQuery, KeepOpen);
        if (settings.Upstream is { } upstream)
        {
            var address = RawAddress.Of(IPAddress.Parse(upstream.Host), upstream.Port);
            var server = Libc.Socket(address.Family, Libc.DatagramSocket);
            if (server < 0 || Libc.Connect(server, address.Bytes) < 0)
            {
                var errno = Libc.Errno;
                _socket.Close();
                if (server >= 0)
                    _ = Libc.Close(server);
                throw new IOException($"dns: cannot use upstream {upstream}: {Errors.Text(errno)}");
            }
            _upstream = new LoopSocket(loop, server, OnAnswer, KeepOpen);
            _upstream.Want(Libc.EpollIn);
        }
        _socket.Want(Libc.EpollIn);
    }

    internal int Port { get; }
    internal DnsSettings Settings => _settings;

    /// <summary>Other names or faults with the same listener and upstream.</summary>
    internal void Change(DnsSettings settings) => _settings = settings;

    internal void Close()
    {
        foreach (var delayed in _delayed)
            _loop.Timers.Remove(delayed);
        _socket.Close();
        _upstream?.Close();
    }

    // One query that fails must not end the resolver.
    private static void KeepOpen()
    {
    }

    private void OnQuery(int events)
    {
        for (var i = 0; i < DatagramsPerEvent; i++)
        {
            var count = Libc.ReceiveFrom(_socket.Fd, _loop.ReadBuffer, _address, out var length);
            if (count < 0)
                return;
            var query = _loop.ReadBuffer.AsSpan(0, (int)count);
            if (DnsMessage.ReadQuestion(query) is { } question)
                Handle(query, question, _address[..Math.Min(length, _address.Length)]);
        }
    }

    private void Handle(ReadOnlySpan<byte> query, DnsQuestion question, byte[] client)
    {
        var binding = _bind(question.Name);
        binding.Hits.DnsQueries++;
        var (verdict, delay) = DnsDecider.Decide(binding.Policy.Dns, binding.Strength(_loop.Now), binding.Seed, _queries++);
        switch (verdict)
        {
            case DnsVerdict.NoAnswer:
                binding.Hits.DnsUnanswered++;
                return;
            case DnsVerdict.NxDomain:
                binding.Hits.DnsNxDomain++;
                Later(delay, Sending(DnsMessage.Answer(query, question, DnsMessage.NameError, []), client));
                return;
            case DnsVerdict.ServFail:
                binding.Hits.DnsServFail++;
                Later(delay, Sending(DnsMessage.Answer(query, question, DnsMessage.ServerFailure, []), client));
                return;
        }
        if (_settings.Hosts.TryGetValue(question.Name, out var addresses))
            Later(delay, Sending(DnsMessage.Answer(query, question, DnsMessage.NoError, addresses), client));
        else if (_upstream is null)
            Later(delay, Sending(DnsMessage.Answer(query, question, DnsMessage.NameError, []), client));
        else
        {
            var copy = query.ToArray();
            Later(delay, () => Forward(copy, client));
        }
    }

    private Action Sending(byte[] answer, byte[] client) => () => _ = Libc.SendTo(_socket.Fd, answer, client);

    private void Later(TimeSpan delay, Action action)
    {
        if (delay <= TimeSpan.Zero)
        {
            action();
            return;
        }
        if (_delayed.Count >= MostWaiting)
            return;
        OneShot? timer = null;
        timer = new OneShot(() =>
        {
            _delayed.Remove(timer!);
            action();
        });
        _delayed.Add(timer);
        _loop.Timers.Set(timer, _loop.Now + delay.Ticks * Delays.NanosecondsPerTick);
    }

    private void Forward(byte[] query, byte[] client)
    {
        var now = _loop.Now;
        if (_forwarded.Count >= MostWaiting)
            foreach (var (id, old) in _forwarded.Where(f => now - f.Value.At > UpstreamPatience).ToArray())
                _forwarded.Remove(id);
        if (_forwarded.Count >= MostWaiting)
            return;
        while (_forwarded.ContainsKey(++_nextId))
        {
        }
        _forwarded[_nextId] = new Forwarded(BinaryPrimitives.ReadUInt16BigEndian(query), client, now);
        BinaryPrimitives.WriteUInt16BigEndian(query, _nextId);
        // A report about an earlier query may come first.
        if (Libc.Send(_upstream!.Fd, query) < 0)
            _ = Libc.Send(_upstream.Fd, query);
    }

    private void OnAnswer(int events)
    {
        for (var i = 0; i < DatagramsPerEvent; i++)
        {
            var count = Libc.Receive(_upstream!.Fd, _loop.ReadBuffer);
            if (count < 0 && Libc.Errno != Errors.ConnectionRefused)
                return;
            if (count < 2)
                continue;
            var answer = _loop.ReadBuffer.AsSpan(0, (int)count);
            if (!_forwarded.Remove(BinaryPrimitives.ReadUInt16BigEndian(answer), out var forwarded))
                continue;
            BinaryPrimitives.WriteUInt16BigEndian(answer, forwarded.Id);
            _ = Libc.SendTo(_socket.Fd, answer, forwarded.Client);
        }
    }

    private readonly record struct Forwarded(ushort Id, byte[] Client, long At);
}

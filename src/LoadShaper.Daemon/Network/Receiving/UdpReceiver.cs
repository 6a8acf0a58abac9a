using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LoadShaper.Domain.Network;
using LoadShaper.Domain.Network.Hello;

namespace LoadShaper.Daemon.Network.Receiving;

/// <summary>
/// Counts and drops UDP on a thread of its own. It reads the beginning of what was received together (UDP GRO) and leaves the rest
/// in the kernel, answers hellos, and never sends more than it received.
/// </summary>
internal sealed partial class UdpReceiver : IDisposable
{
    private const int ReceiveBuffer = 4 << 20;
    private const int ReadBytes = 128, AddressBytes = 28, ControlBytes = 64;
    private const int MsgTrunc = 0x20;
    private const int SolUdp = 17, UdpGro = 104;
    private const int InterNetwork = 2, InterNetworkV6 = 10;
    private const int Interrupted = 4, TryAgain = 11;
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    // The thread looks that often whether it is to end.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly Agreements _agreements;
    private readonly ReceiverCounters _counters;
    private readonly byte[] _answer = new byte[HelloCodec.Size];
    private volatile bool _stopping;
    private volatile string? _problem;
    private long _errors;

    /// <exception cref="SocketException">The port cannot be used.</exception>
    public UdpReceiver(int port, Agreements agreements, ReceiverCounters counters)
    {
        (_agreements, _counters) = (agreements, counters);
        _socket = Bound(port);
        LinuxSocket.TryReceiveTogether(_socket);
        _socket.ReceiveTimeout = (int)LookEvery.TotalMilliseconds;
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        new Thread(Run) { IsBackground = true, Name = "receiver" }.Start();
    }

    public int Port { get; }

    /// <summary>Why nothing is received now; null when it is.</summary>
    public string? Problem => _problem;

    public void Dispose()
    {
        _stopping = true;
        // Wakes the thread; the descriptor stays its own until then.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Not connected: the kernel reports it, and wakes the thread all the same.
        }
    }

    private static Socket Bound(int port)
    {
        var socket = new Socket(Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.ReceiveBufferSize = ReceiveBuffer;
            if (socket.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private unsafe void Run()
    {
        var data = stackalloc byte[ReadBytes];
        var address = stackalloc byte[AddressBytes];
        var control = stackalloc byte[ControlBytes];
        using (_socket)
        {
            var descriptor = (int)_socket.Handle;
            while (!_stopping)
            {
                var part = new Part { Base = data, Length = ReadBytes };
                var message = new Message { Name = address, NameLength = AddressBytes, Parts = &part, PartCount = 1, Control = control, ControlLength = ControlBytes };
                var length = (int)recvmsg(descriptor, &message, MsgTrunc);
                if (length < 0 && Marshal.GetLastPInvokeError() is not (Interrupted or TryAgain) and var error)
                {
                    Pause(error);
                    continue;
                }
                _problem = null;
                if (length <= 0)
                    continue;
                if (ReadAddress(new ReadOnlySpan<byte>(address, AddressBytes)) is { } from)
                    Take(from, new ReadOnlySpan<byte>(data, Math.Min(length, ReadBytes)), length, SegmentOf(control, message.ControlLength) is > 0 and var size ? size : length);
            }
        }
    }

    // Out of memory passes; without a pause the thread would use a CPU meanwhile.
    private void Pause(int error)
    {
        _problem = $"cannot receive on port {Port}: {Marshal.GetPInvokeErrorMessage(error)} ({++_errors} errors)";
        Thread.Sleep(PauseAfterError);
    }

    private void Take(IPEndPoint from, ReadOnlySpan<byte> first, int length, int segment)
    {
        // A hello is not received together with data: it has another length than what came before it, or it comes alone.
        if (HelloCodec.IsHello(first) && length == HelloCodec.Size)
        {
            if (_agreements.Greet(from.Address, first, _answer) is { } refused)
                _counters.Refuse(refused);
            else
                Answer(from);
            return;
        }
        var packets = (length + segment - 1) / segment;
        if (_agreements.Count(from.Address, first, length, packets) is { } cause)
            _counters.Refuse(cause);
        else
            _counters.Receive(from.Address, length, packets);
    }

    private void Answer(IPEndPoint to)
    {
        try
        {
            _socket.SendTo(_answer, to);
            _counters.Answer(to.Address, HelloCodec.Size + RatePolicy.HeaderBytes(to.AddressFamily == AddressFamily.InterNetworkV6, tcp: false));
        }
        catch (SocketException)
        {
            // The sender asks again in a second.
        }
    }

    private static IPEndPoint? ReadAddress(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(address) switch
        {
            InterNetwork => new IPEndPoint(new IPAddress(address.Slice(4, 4)), port),
            InterNetworkV6 => new IPEndPoint(new IPAddress(address.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(address[24..])), port),
            _ => null,
        };
    }

    // Each item: its length (8 bytes), level, type (4 each), the value.
    private static unsafe int SegmentOf(byte* control, nuint length) =>
        length >= 20 && *(int*)(control + 8) == SolUdp && *(int*)(control + 12) == UdpGro ? *(int*)(control + 16) : 0;

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recvmsg(int socket, Message* message, int flags);

    private unsafe struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    private unsafe struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}

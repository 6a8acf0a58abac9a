using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Tests.Network;

/// <summary>What the IP header of a received datagram said; .NET has no way to ask for it.</summary>
internal sealed record PacketHeader(int Ttl, int TypeOfService)
{
    private const int IpLevel = 0, ReceiveTypeOfService = 13, ReceiveTtl = 12, TypeOfServiceMessage = 1, TtlMessage = 2;

    public static void Request(SafeSocketHandle socket)
    {
        var on = 1;
        Assert(setsockopt((int)socket.DangerousGetHandle(), IpLevel, ReceiveTtl, ref on, sizeof(int)) == 0);
        Assert(setsockopt((int)socket.DangerousGetHandle(), IpLevel, ReceiveTypeOfService, ref on, sizeof(int)) == 0);
    }

    public static unsafe PacketHeader Receive(SafeSocketHandle socket)
    {
        var data = stackalloc byte[2048];
        var control = stackalloc byte[256];
        var part = new Part { Base = data, Length = 2048 };
        var message = new Message { Parts = &part, PartCount = 1, Control = control, ControlLength = 256 };
        Assert(recvmsg((int)socket.DangerousGetHandle(), &message, 0) > 0);

        var (ttl, tos) = (-1, -1);
        // Each item: its length (8 bytes), level, type (4 each), the value, rounded up to 8.
        for (nuint at = 0; at + 16 < message.ControlLength; at += (nuint)((*(long*)(control + at) + 7) & ~7))
        {
            if (*(int*)(control + at + 12) == TtlMessage)
                ttl = *(int*)(control + at + 16);
            else if (*(int*)(control + at + 12) == TypeOfServiceMessage)
                tos = control[at + 16];
        }
        return new PacketHeader(ttl, tos);
    }

    private static void Assert(bool condition) => Xunit.Assert.True(condition, $"errno {Marshal.GetLastPInvokeError()}");

    [DllImport("libc", SetLastError = true)]
    private static extern int setsockopt(int socket, int level, int name, ref int value, int length);

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe nint recvmsg(int socket, Message* message, int flags);

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

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LoadShaper.LoadTest.Engine.Native;

/// <summary>An address as the kernel takes it: sockaddr_in, sockaddr_in6 or sockaddr_un.</summary>
internal sealed class RawAddress
{
    internal const int Inet = 2;
    internal const int Inet6 = 10;
    internal const int Unix = 1;

    private RawAddress(int family, byte[] bytes, string text) => (Family, Bytes, Text) = (family, bytes, text);

    internal int Family { get; }
    internal byte[] Bytes { get; }
    internal string Text { get; }

    internal static RawAddress Of(IPAddress address, int port)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var six = address.AddressFamily == AddressFamily.InterNetworkV6;
        var bytes = new byte[six ? 28 : 16];
        BitConverter.TryWriteBytes(bytes, (ushort)(six ? Inet6 : Inet));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)port);
        address.TryWriteBytes(bytes.AsSpan(six ? 8 : 4), out _);
        if (six)
            BitConverter.TryWriteBytes(bytes.AsSpan(24), (uint)address.ScopeId);
        return new RawAddress(six ? Inet6 : Inet, bytes, new IPEndPoint(address, port).ToString());
    }

    /// <param name="path">A path, or <c>@name</c> for an abstract socket. At most 107 bytes.</param>
    internal static RawAddress OfUnix(string path)
    {
        var name = Encoding.UTF8.GetBytes(path);
        var abstractName = name[0] == '@';
        var bytes = new byte[2 + name.Length + (abstractName ? 0 : 1)];
        BitConverter.TryWriteBytes(bytes, (ushort)Unix);
        name.CopyTo(bytes, 2);
        if (abstractName)
            bytes[2] = 0;
        return new RawAddress(Unix, bytes, "unix:" + path);
    }
}

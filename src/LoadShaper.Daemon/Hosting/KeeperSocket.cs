using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// A name that one process at a time can have: an abstract Unix socket. It needs no file and no privilege, ends with the
/// process, and is seen by every process of the network namespace: by all containers with the host's network.
/// </summary>
internal sealed partial class KeeperSocket : IDisposable
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED

    private readonly Socket _socket;

    private KeeperSocket(string name, Socket socket) => (Name, _socket) = (name, socket);

    public string Name { get; }

    /// <summary>The process that has a name.</summary>
    /// <param name="ProcessId">0 where it is not visible from here, as in another container.</param>
    /// <param name="IsTrusted">Of our user or root: any other user could take the name only to keep us out.</param>
    public sealed record Owner(int ProcessId, bool IsTrusted);

    /// <returns>Null when another process has the name, or there are no such sockets here.</returns>
    public static KeeperSocket? TryBind(string name)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(Address(name));
            socket.Listen(16);
            return new KeeperSocket(name, socket);
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null;
        }
    }

    /// <returns>Null when no process has the name.</returns>
    public static Owner? OwnerOf(string name)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            socket.Connect(Address(name));
            Span<int> credentials = stackalloc int[3];
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
            var user = (uint)credentials[1];
            return new Owner(credentials[0], user == 0 || user == UserId());
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            return null;
        }
        catch (SocketException)
        {
            // Its queue is full: a process has it.
            return new Owner(0, IsTrusted: false);
        }
    }

    /// <summary>Lets those go that asked for the owner, so that the queue never fills.</summary>
    public void Drain()
    {
        try
        {
            while (_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
                _socket.Accept().Dispose();
        }
        catch (SocketException)
        {
            // It went by itself.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static UnixDomainSocketEndPoint Address(string name) => new($"\0loadshaper/{name}");

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();
}

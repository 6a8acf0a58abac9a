using System.Net;
using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Faults.Model;

namespace LoadShaper.LoadTest.Faults.Proxy;

internal static class Listeners
{
    /// <summary>A bound, non-blocking socket; a stream socket does not listen yet.</summary>
    /// <exception cref="IOException">With the address and the reason.</exception>
    internal static int Open(Endpoint endpoint, int type, out int port)
    {
        var fd = Bind(endpoint, type);
        port = Libc.LocalPort(fd);
        if (endpoint.Port != 0 || type != Libc.StreamSocket)
            return fd;
        // The kernel takes a port that it chose itself away when the socket stops listening, and keeps one that was asked for.
        try
        {
            return Bind(endpoint with { Port = port }, type);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    private static int Bind(Endpoint endpoint, int type)
    {
        var address = RawAddress.Of(IPAddress.Parse(endpoint.Host), endpoint.Port);
        var fd = Libc.Socket(address.Family, type);
        if (fd < 0)
            throw new IOException($"cannot open a socket for {endpoint}: {Errors.Text(Libc.Errno)}");
        if (type == Libc.StreamSocket)
        {
            _ = Libc.SetOption(fd, Libc.SocketLevel, Libc.ReuseAddress, 1);
            Libc.RecordArrival(fd);
        }
        if (Libc.Bind(fd, address.Bytes) >= 0)
            return fd;
        var errno = Libc.Errno;
        _ = Libc.Close(fd);
        throw new IOException($"cannot listen on {endpoint}: {Reason(errno)}");
    }

    private static string Reason(int errno) => errno switch
    {
        98 => "the address is in use (EADDRINUSE); choose another port, or stop the process that has it",
        99 => "the address is not one of this machine (EADDRNOTAVAIL)",
        13 => "ports below 1024 need a privilege (EACCES); choose a higher port",
        _ => Errors.Text(errno),
    };
}

using LoadShaper.LoadTest.Engine.Native;
using LoadShaper.LoadTest.Results;

namespace LoadShaper.LoadTest.Engine.Echo;

/// <summary>
/// Datagrams to one target, each flow one datagram in flight, all over one connected socket per address, so that loss,
/// duplicates and reordering can be seen.
/// </summary>
internal sealed class UdpEchoTransport(EngineThread thread, AddressBook addresses) : ITransport
{
    private readonly Dictionary<RawAddress, UdpEchoSocket> _sockets = [];
    private uint _nextAddress;

    public void Start(FlowState flow)
    {
        var all = addresses.Addresses;
        var address = all[(int)(_nextAddress++ % (uint)all.Length)];
        if (!_sockets.TryGetValue(address, out var socket))
        {
            socket = new UdpEchoSocket(thread, address);
            var errno = socket.Open();
            if (errno != 0)
            {
                addresses.OnConnectFailed();
                var kind = Errors.IsLocalResource(errno) ? FailureKind.LocalResource : FailureKind.Connect;
                thread.Execution.StepFailed(flow, thread.Clock(), flow.Step.Error(kind, $"connect: {Errors.Text(errno)}"), connectFailed: true);
                return;
            }

            _sockets.Add(address, socket);
        }

        socket.Send(flow);
    }

    public void Abandon(FlowState flow) => ((UdpEchoSocket)flow.Connection!).Abandon(flow);

    public bool CloseIdle() => false;

    public void CloseAll()
    {
        foreach (var socket in _sockets.Values)
            socket.Close();
        _sockets.Clear();
    }
}

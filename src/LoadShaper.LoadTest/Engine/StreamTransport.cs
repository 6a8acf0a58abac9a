using LoadShaper.LoadTest.Engine.Native;

namespace LoadShaper.LoadTest.Engine;

/// <summary>
/// The stream connections of one engine thread to one target. The connection used last is used first, so that few
/// connections are open while the target is fast.
/// </summary>
internal sealed class StreamTransport(EngineThread thread, AddressBook addresses, Func<StreamTransport, StreamConnection> create) : ITransport
{
    private readonly List<StreamConnection> _idle = [];
    private readonly List<StreamConnection> _all = [];
    private readonly Stack<StreamConnection> _closed = [];
    private uint _nextAddress;

    internal EngineThread Thread => thread;

    public void Start(FlowState flow)
    {
        StreamConnection connection;
        if (_idle.Count > 0)
        {
            connection = _idle[^1];
            RemoveIdle(connection);
        }
        else
        {
            thread.MakeRoom(this);
            if (!_closed.TryPop(out connection!))
                _all.Add(connection = create(this));
        }

        connection.Start(flow);
    }

    public void Abandon(FlowState flow) => ((StreamConnection)flow.Connection!).Abandon();

    public bool CloseIdle()
    {
        if (_idle.Count == 0)
            return false;
        var connection = _idle[0];
        RemoveIdle(connection);
        connection.Close();
        return true;
    }

    public void CloseAll()
    {
        foreach (var connection in _all)
            connection.Close();
    }

    internal RawAddress NextAddress()
    {
        var all = addresses.Addresses;
        return all[(int)(_nextAddress++ % (uint)all.Length)];
    }

    internal void OnConnectFailed() => addresses.OnConnectFailed();

    internal void OnOpened() => thread.OpenConnections++;

    internal void OnClosed(StreamConnection connection)
    {
        thread.OpenConnections--;
        _closed.Push(connection);
    }

    /// <summary>No descriptor could be had for it.</summary>
    internal void OnUnopened(StreamConnection connection) => _closed.Push(connection);

    internal void OnIdle(StreamConnection connection)
    {
        connection.IdleIndex = _idle.Count;
        _idle.Add(connection);
    }

    internal void RemoveIdle(StreamConnection connection)
    {
        var last = _idle[^1];
        _idle[connection.IdleIndex] = last;
        last.IdleIndex = connection.IdleIndex;
        _idle.RemoveAt(_idle.Count - 1);
        connection.IdleIndex = -1;
    }
}

using System.Collections.Concurrent;
using System.Text;

namespace LoadShaper.Daemon.Memory;

/// <summary>The holder's end of its line to the daemon.</summary>
internal interface IHolderLine
{
    /// <summary>Waits up to <paramref name="wait"/> for orders; null once the daemon is gone.</summary>
    IReadOnlyList<HolderOrder>? Receive(TimeSpan wait);

    /// <summary>Never waits for the daemon to listen.</summary>
    void Send(HolderReport report);
}

/// <summary>Standard input and output. The end of the input is the end of the daemon, however it ended.</summary>
internal sealed unsafe class StandardLine(int input = 0, int output = 1) : IHolderLine
{
    private const int MostUnsent = 1000;

    private readonly int _parent = SystemCalls.ParentPid();
    private readonly StringBuilder _received = new();
    private readonly Queue<string> _unsent = new();

    public IReadOnlyList<HolderOrder>? Receive(TimeSpan wait)
    {
        Flush();
        var ready = IsReady(input, SystemCalls.PollIn, wait);

        // A second guard, should something else keep the pipe open.
        if (SystemCalls.ParentPid() != _parent || (ready && !Read()))
            return null;

        return ready ? Orders() : [];
    }

    /// <summary>All that is there; false at its end.</summary>
    private bool Read()
    {
        var buffer = stackalloc byte[512];
        do
        {
            var count = SystemCalls.Read(input, buffer, 512);
            if (count <= 0)
                return false;
            _received.Append(Encoding.ASCII.GetString(buffer, (int)count));
        }
        while (IsReady(input, SystemCalls.PollIn, TimeSpan.Zero));
        return true;
    }

    private List<HolderOrder> Orders()
    {
        var orders = new List<HolderOrder>();
        while (NextLine() is { } line)
        {
            if (HolderOrder.Parse(line) is { } order)
                orders.Add(order);
            else
                Send(new HolderReport.Fault($"not an order: {line}"));
        }

        return orders;
    }

    public void Send(HolderReport report)
    {
        if (_unsent.Count >= MostUnsent)
            _unsent.Dequeue();
        _unsent.Enqueue(report.ToLine() + "\n");
        Flush();
    }

    /// <summary>Whole lines only, shorter than what a pipe takes in one piece; a full pipe keeps them for later.</summary>
    private void Flush()
    {
        while (_unsent.TryPeek(out var line) && IsReady(output, SystemCalls.PollOut, TimeSpan.Zero))
        {
            _unsent.Dequeue();
            fixed (byte* bytes = Encoding.ASCII.GetBytes(line))
                _ = SystemCalls.Write(output, bytes, line.Length);
        }
    }

    private string? NextLine()
    {
        for (var i = 0; i < _received.Length; i++)
        {
            if (_received[i] != '\n')
                continue;
            var line = _received.ToString(0, i);
            _received.Remove(0, i + 1);
            return line;
        }

        return null;
    }

    private static bool IsReady(int fd, short what, TimeSpan wait)
    {
        var poll = new SystemCalls.PollFd { Fd = fd, Events = what };
        return SystemCalls.Poll(&poll, 1, (int)Math.Ceiling(wait.TotalMilliseconds)) > 0;
    }
}

/// <summary>For a holder on a thread of the daemon itself.</summary>
internal sealed class ThreadLine(Action<HolderReport> report) : IHolderLine, IDisposable
{
    private readonly BlockingCollection<HolderOrder> _orders = [];

    internal void Order(HolderOrder order)
    {
        if (!_orders.IsAddingCompleted)
            _orders.Add(order);
    }

    public IReadOnlyList<HolderOrder>? Receive(TimeSpan wait) =>
        _orders.TryTake(out var order, wait) ? [order]
        : _orders.IsAddingCompleted ? null
        : [];

    public void Send(HolderReport sent) => report(sent);

    /// <summary>May be called more than once.</summary>
    internal void Close()
    {
        try
        {
            _orders.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // Closed and disposed before.
        }
    }

    public void Dispose() => _orders.Dispose();
}

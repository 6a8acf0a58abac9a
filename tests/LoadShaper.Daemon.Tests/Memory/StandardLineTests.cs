using System.IO.Pipes;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>The holder's line over real pipes, with a daemon at the other end that does not do its part.</summary>
public sealed class StandardLineTests : IDisposable
{
    private readonly AnonymousPipeServerStream _orders = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _reports = new(PipeDirection.In);
    private readonly StandardLine _line;

    public StandardLineTests() => _line = new StandardLine(Fd(_orders), Fd(_reports));

    public void Dispose()
    {
        _orders.Dispose();
        _reports.Dispose();
    }

    [Fact]
    public void A_daemon_that_does_not_read_is_not_waited_for_and_gets_the_newest_when_it_reads()
    {
        for (var mib = 1; mib <= 20_000; mib++)
            _line.Send(Held(mib));

        using var reader = new StreamReader(_reports, leaveOpen: true);
        var heard = new List<HolderReport?>();
        while (!heard.Contains(Held(20_000)))
        {
            Assert.NotNull(_line.Receive(TimeSpan.Zero));
            heard.Add(HolderReport.Parse(reader.ReadLine()!));
        }

        Assert.Equal(Held(1), heard[0]);
        Assert.DoesNotContain(null, heard);
        Assert.True(heard.Count < 20_000, $"{heard.Count} lines");
    }

    [Fact]
    public void Reports_to_a_daemon_whose_end_is_closed_are_dropped()
    {
        _reports.Dispose();

        _line.Send(Held(1));
        Assert.Equal([], _line.Receive(TimeSpan.Zero)!);
    }

    [Fact]
    public void The_end_of_the_input_is_the_end_of_the_daemon_even_in_the_middle_of_an_order()
    {
        _orders.Write("hold 1048576 0\nhold 10"u8);
        Assert.Equal([new HolderOrder.Hold(ByteSize.FromMiB(1), 0)], _line.Receive(TimeSpan.Zero)!);

        _orders.Dispose();
        Assert.Null(_line.Receive(TimeSpan.FromMinutes(1)));
    }

    private static HolderReport Held(int mib) => new HolderReport.Holding(ByteSize.FromMiB(mib), ByteSize.FromMiB(mib));

    private static int Fd(AnonymousPipeServerStream pipe) => (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
}

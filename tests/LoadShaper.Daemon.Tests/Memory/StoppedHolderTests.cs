using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

/// <summary>The actor in real time with a real holder process that is stopped by SIGSTOP, as by a debugger or a freezer.</summary>
[Collection(RealMemory.Name)]
public sealed class StoppedHolderTests : TestKit
{
    private static readonly MemorySettings Settings = new() { Target = Percent.Of(11), Step = ByteSize.FromMiB(100), Reserve = ByteSize.FromMiB(100) };

    private readonly TestProbe _status;
    private DateTimeOffset _at = DateTimeOffset.UtcNow;

    public StoppedHolderTests() => _status = CreateTestProbe();

    [Fact]
    public void It_is_killed_reported_and_started_again()
    {
        var machine = new MemoryMachine(
            (report, ended) => HolderProcess.Start(HolderCommandLine.OfThisProcess(), report, ended),
            (_, _) => throw new InvalidOperationException("a process can be started here"),
            _ => null,
            OomKills.Read);
        var events = CreateTestProbe();
        var occupier = Sys.ActorOf(Props.Create(() => new MemoryOccupier(Settings, new GateSettings(), machine, _status.Ref)));
        Watch(occupier);
        occupier.Tell(new Levers(Cpu: false, Memory: true), events);
        var status = Sample(occupier);
        Eventually.Holds(() => (status = Sample(occupier)).Held > ByteSize.Zero, () => $"{status}");
        var stopped = status.HolderPid!.Value;

        using (var kill = Process.Start("kill", ["-STOP", $"{stopped}"]))
            kill.WaitForExit();

        // Without a sample: the fault is in the status at once.
        status = _status.FishForMessage<MemoryStatus>(s => s.Trouble is not null, TimeSpan.FromMinutes(1));
        Assert.Equal("the holder process did not report for 2 s and was killed", status.Trouble);
        Eventually.Holds(() => !Directory.Exists($"/proc/{stopped}"), () => $"{stopped} is still there");
        Eventually.Holds(() => (status = Sample(occupier)).Held > ByteSize.Zero && status.HolderPid != stopped, () => $"{status}");
        Assert.Equal(MemoryReleaseCause.HolderFailed, events.FishForMessage<MemoryReleased>(_ => true).Cause);

        occupier.Tell(MemoryOccupier.Stop.Instance);
        ExpectTerminated(occupier, TimeSpan.FromMinutes(1));
        Assert.False(Directory.Exists($"/proc/{status.HolderPid}"), "the second holder outlived the actor");
    }

    private MemoryStatus Sample(IActorRef occupier)
    {
        _at += TimeSpan.FromSeconds(5);
        var free = ByteSize.FromMiB(9_000);
        occupier.Tell(new Sample(
            _at,
            TimeSpan.FromSeconds(5),
            CpuCount: 2,
            new CpuReading(Percent.Of(5), Percent.Of(5), Percent.Zero, Percent.Zero, Percent.Zero),
            new MemoryReading(ByteSize.FromMiB(10_000), free, free, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero, ByteSize.Zero),
            Network: null,
            new LoadReading(0.1, 0.1, 0.1, 0.1)));
        return _status.FishForMessage<MemoryStatus>(status => status.At == _at, TimeSpan.FromSeconds(30));
    }
}

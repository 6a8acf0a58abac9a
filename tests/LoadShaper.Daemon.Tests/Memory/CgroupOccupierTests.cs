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

/// <summary>The actor with the real process in a real memory cgroup; skipped where CgroupHolderTests are.</summary>
[Collection(RealMemory.Name)]
public sealed class CgroupOccupierTests : TestKit
{
    // All in one step, so that the limit is passed before the holder looks at it.
    private static readonly MemorySettings Settings = new()
    {
        Target = Percent.Of(16),
        Step = ByteSize.FromMiB(600),
        Reserve = ByteSize.FromMiB(100),
    };

    private readonly string _group = Path.Combine(CgroupFactAttribute.Root, $"loadshaper-test-{Guid.NewGuid():N}");
    private readonly TestProbe _status;
    private DateTimeOffset _at = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
    private int _started;

    public CgroupOccupierTests() => _status = CreateTestProbe();

    [CgroupFact]
    public void An_OOM_kill_takes_the_holder_and_for_ten_minutes_none_is_started()
    {
        Directory.CreateDirectory(_group);
        File.WriteAllText(Path.Combine(_group, "memory.limit_in_bytes"), $"{64 * 1024 * 1024}\n");
        var occupier = Sys.ActorOf(Props.Create(() => new MemoryOccupier(
            Settings, new GateSettings(), new MemoryMachine(Start, Start, _ => null, OomKills.Read), _status.Ref)));
        Watch(occupier);
        occupier.Tell(new Levers(Cpu: false, Memory: true), CreateTestProbe());

        // One sample for each attempt: more would be taken much faster than a machine is sampled, and the kill would seem long ago.
        // On a busy machine the holder may see the limit in time; another attempt follows its back-off.
        MemoryStatus? status = null;
        for (var attempt = 0; status?.Trouble is null && attempt < 20; attempt++)
        {
            _at += MemoryBackOff.Longest + TimeSpan.FromMinutes(1);
            Sample(occupier);
            while (status?.Trouble is null && _status.ReceiveOne(TimeSpan.FromSeconds(5)) is MemoryStatus next)
                status = next;
        }

        Assert.NotNull(status);
        Assert.Equal("the OOM killer killed the holder process", status.Trouble);
        status = Sample(occupier);
        Assert.Equal(MemoryReleaseCause.HolderOutOfMemory, status.LastRelease!.Cause);
        Assert.Equal((MemoryPhase.BackingOff, MemoryHolder.None), (status.Phase, status.Holder));

        _at = status.LastRelease.At + TimeSpan.FromMinutes(9.5);
        Assert.Equal(MemoryHolder.None, Sample(occupier).Holder);
        Assert.Equal(1, _started);
        _at += TimeSpan.FromMinutes(1);
        Assert.Equal(MemoryHolder.Process, Sample(occupier).Holder);

        Sys.Stop(occupier);
        ExpectTerminated(occupier, TimeSpan.FromSeconds(30));
        Eventually.Holds(() => File.ReadAllText(Path.Combine(_group, "cgroup.procs")).Trim().Length == 0, () => "the cgroup is still in use");
        Directory.Delete(_group);
    }

    private IHolder Start(Action<HolderReport> report, Action<HolderEnd> ended)
    {
        var holder = HolderProcess.Start(HolderCommandLine.OfThisProcess(), report, ended);
        File.WriteAllText(Path.Combine(_group, "cgroup.procs"), $"{holder.Pid}\n");
        _started++;
        return holder;
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

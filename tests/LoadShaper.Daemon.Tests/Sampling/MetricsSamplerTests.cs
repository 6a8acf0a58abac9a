using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Sampling;

/// <summary>Virtual time over the real /proc.</summary>
public class MetricsSamplerTests() : TestKit("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly SamplingSettings Settings = new() { ControlPeriod = TimeSpan.FromSeconds(5) };

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private IActorRef Start(string proc = "/proc", Func<TimeSpan>? clock = null)
    {
        var reader = new SampleReader(
            new ProcFs(proc), new NetworkWatch("lo", false, BitRate.FromMbit(1000)), clock ?? (() => Stopwatch.GetElapsedTime(0)));
        IReadOnlyList<IActorRef> listeners = [TestActor];
        var sampler = Sys.ActorOf(Props.Create(() => new MetricsSampler(Settings, reader, listeners)));
        sampler.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
        return sampler;
    }

    private void EndPeriod()
    {
        // Counters need some ticks of real time to move at all.
        var before = File.ReadAllText("/proc/uptime");
        Until.True(() => File.ReadAllText("/proc/uptime") != before);
        Scheduler.Advance(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void Each_listener_gets_a_sample_at_the_end_of_each_period()
    {
        Start();
        for (var i = 0; i < 3; i++)
        {
            EndPeriod();
            var sample = ExpectMsg<Sample>();

            Assert.Equal(TimeSpan.Zero, sample.At.Offset);
            Assert.Equal(Scheduler.Now, sample.At, TimeSpan.FromMilliseconds(1));
            Assert.NotNull(sample.Memory);
            Assert.NotNull(sample.Load);
            Assert.NotNull(sample.Network);
        }
    }

    [Fact]
    public void The_announced_threads_are_counted_apart()
    {
        var sampler = Start();
        sampler.Tell(new BurningThreads([Environment.ProcessId]));
        EndPeriod();
        ExpectMsg<Sample>();
        EndPeriod();

        Assert.NotNull(ExpectMsg<Sample>().RunDelay);
    }

    [Fact]
    public void A_machine_that_cannot_be_read_is_a_sample_without_readings()
    {
        Start(proc: "/nowhere");
        EndPeriod();

        Assert.True(ExpectMsg<Sample>() is { Cpu: null, Memory: null, Load: null, Network: null, Pressure: null });
    }

    [Theory]
    [InlineData("steal-runaway")]
    [InlineData("steal-creep")]
    public void Counters_that_cannot_be_are_reported_once(string name)
    {
        var proc = Directory.CreateTempSubdirectory("loadshaper-proc-").FullName;
        try
        {
            var (before, after) = (FieldCase(name, "stat.before"), FieldCase(name, "stat.after"));
            File.WriteAllText(Path.Combine(proc, "stat"), before);
            // Five seconds from one read to the next, as in the field.
            var reads = 0;
            Start(proc, () => 5 * reads++ * TimeSpan.FromSeconds(1));

            Sample Next(string stat)
            {
                File.WriteAllText(Path.Combine(proc, "stat"), stat);
                EndPeriod();
                return ExpectMsg<Sample>();
            }

            EventFilter.Warning(contains: "Impossible kernel counters").Expect(1, () =>
            {
                Assert.Equal(ImpossibleCounters.Steal, Next(after).Impossible);
                Next(before);
                Assert.Equal(ImpossibleCounters.Steal, Next(after).Impossible);
            });
        }
        finally
        {
            Directory.Delete(proc, recursive: true);
        }
    }

    private static string FieldCase(string name, string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Join(folder.FullName, "LoadShaper.sln")))
                return File.ReadAllText(Path.Join(folder.FullName, "tests", "Fixtures", "field-cases", name, file));
        throw new InvalidOperationException("the repository was not found above the tests");
    }
}

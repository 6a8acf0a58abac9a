using Akka.Actor;
using Akka.TestKit.Xunit2;
using LoadShaper.Daemon.Health;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

public sealed class HealthReporterTests : TestKit
{
    [Fact]
    public async Task After_a_restart_the_next_report_of_the_workers_says_how_the_kernel_ranks_us()
    {
        var (settings, time) = (new LoadShaperSettings(), TimeProvider.System);
        Func<HostStatus> host = () => HostStatus.Alone;
        var reporter = Sys.ActorOf(Props.Create(() => new HealthReporter(settings, time, time.GetTimestamp(), host, null)));

        reporter.Tell(new BurnReport(
            DateTimeOffset.UnixEpoch, null, Percent.Zero, GatePosition.Open, [], TimeSpan.Zero,
            Politeness: new PolitenessReport(PolitenessVerdict.Impolite, [], false)));

        var snapshot = await reporter.Ask<HealthSnapshot>(HealthWanted.Instance, TimeSpan.FromMinutes(1));
        Assert.Equal(PolitenessVerdict.Impolite, snapshot.State.Politeness?.Verdict);
    }
}

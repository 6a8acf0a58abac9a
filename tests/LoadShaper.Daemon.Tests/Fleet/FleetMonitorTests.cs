using Akka.Actor;
using Akka.TestKit;
using LoadShaper.Daemon.Fleet;
using LoadShaper.Daemon.Tests.Alerts;
using LoadShaper.Daemon.Tests.Network;
using LoadShaper.Domain.Fleet;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace LoadShaper.Daemon.Tests.Fleet;

public sealed class FleetMonitorTests : Akka.TestKit.Xunit2.TestKit
{
    public FleetMonitorTests()
        : base(VirtualTime.Config)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Peers_are_read_every_minute_and_one_that_goes_silent_keeps_its_last_report()
    {
        await using var a = await AlertReceiver.StartAsync(context => context.Response.WriteAsync("""{"status":"healthy","verdict":{"word":"SAFE"}}"""));
        var b = await AlertReceiver.StartAsync(context => context.Response.WriteAsync("""{"status":"degraded","verdict":{"word":"AT RISK"}}"""));
        var listener = CreateTestProbe();
        var peers = FleetPolicy.Parse($"a=http://127.0.0.1:{a.Port},b=http://127.0.0.1:{b.Port}").Value!;

        var monitor = Sys.ActorOf(Props.Create(() => new FleetMonitor(peers, new[] { listener.Ref })));

        Assert.All(listener.ExpectMsg<FleetStatus>().Entries, entry => Assert.Equal((null, null), (entry.Report, entry.Problem)));
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([FleetRating.Safe, FleetRating.AtRisk], listener.ExpectMsg<FleetStatus>(TimeSpan.FromSeconds(30)).Entries.Select(FleetPolicy.Rate));

        await b.DisposeAsync();
        Scheduler.Advance(FleetMonitor.Every);
        var status = listener.ExpectMsg<FleetStatus>(TimeSpan.FromSeconds(30));
        Assert.Equal([FleetRating.Safe, FleetRating.Unreachable], status.Entries.Select(FleetPolicy.Rate));
        Assert.Equal("AT RISK", status.Entries[1].Report!.Verdict);
        Assert.Equal(2, a.Requests.Count);
        Watch(monitor);
        Sys.Stop(monitor);
        ExpectTerminated(monitor);
    }
}

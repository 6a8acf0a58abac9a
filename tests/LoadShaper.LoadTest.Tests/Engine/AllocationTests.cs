using LoadShaper.LoadTest.Engine;
using LoadShaper.LoadTest.Measure;
using LoadShaper.LoadTest.Model;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Tests.Engine.Servers;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine;

public class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_thread_allocates_nothing_per_request(bool everything)
    {
        await using var server = ScriptedServer.Start(connection => ScriptedServer.AnswerAsync(connection, ScriptedServer.Ok("{\"id\":5}", "X-A: b\r\n")));
        HttpStep first = Plans.Get(), second = Plans.Get("/2", "second");
        if (everything)
        {
            first = first with
            {
                Method = "POST",
                Path = Template.Of([TemplatePart.Text("/"), TemplatePart.Of(Variable.Index()), TemplatePart.Of(Variable.Random())]),
                Body = Template.Of([TemplatePart.Text("id="), TemplatePart.Of(Variable.Index())]),
                Expect = new HttpExpectation { Json = [new JsonExpectation("$.id", "5")], BodyContains = ["id"] },
                Extract = [Extraction.Json("id", "$.id"), Extraction.Header("a", "X-A")],
            };
            second = second with { Path = Template.Of([TemplatePart.Text("/"), TemplatePart.Of(Variable.Extracted("id"))]) };
        }

        var plan = Plans.Open(Plans.Http(server.Port), first, rate: 2_000, seconds: 1) with
        {
            Flows = [new Flow("f", 1, [first, second])],
            Arrival = ArrivalProcess.Poisson,
        };
        var series = new SeriesTable(plan);
        var errors = new ErrorCatalog(series.Names);
        var schedule = LoadSchedule.Of(plan.Phases, TimeSpan.Zero);
        var addresses = new AddressBook(plan.Targets[0]);
        await addresses.ResolveAsync(CancellationToken.None);
        using var engine = new EpollEngine(new CompiledPlan(plan, series, errors), schedule, [addresses], series.Names.Count, from: 0, limit: null);
        var collector = new Collector(plan, schedule, series, errors, engine.Feeds, new HealthReader());
        var failure = "";
        engine.Prepare(new HealthReader(), reason => failure = reason);
        engine.Start(RunClock.Monotonic);
        while (!engine.Feeds.All(feed => feed.Ended))
        {
            collector.Drain();
            await Task.Delay(20);
        }

        Assert.Equal("", failure);
        var completed = collector.CountsOfTotal().Completed;
        Assert.True(completed > 3_000);

        // Connections, buffers and lists are made once: for each connection some kilobytes.
        Assert.True(engine.Feeds[0].AllocatedBytes < 40_000, $"{engine.Feeds[0].AllocatedBytes} bytes for {completed} requests");
    }
}

using LoadShaper.Domain.Alerts;
using LoadShaper.Domain.Health;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Tests.History;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Health;

public sealed class ProblemListTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Checks = [.. HealthChecks.Names];

    [Fact]
    public void A_healthy_daemon_has_no_problem() =>
        Assert.Empty(ProblemList.Of(new HealthState(), new HealthVerdict(HealthStatus.Healthy, ["all_systems_operational"])));

    [Fact]
    public void Every_check_has_a_sentence_of_its_own_and_a_fix()
    {
        var state = new HealthState(
            Controller: Reports.At(Noon) with { Stuck = Stuck, Problem = "disk full" },
            Store: new StoreStatus("metrics.db", 0, null, ByteSize.Zero, null, null, null, "disk full"),
            Memory: new MemoryStatus(
                Noon, MemoryPhase.Growing, MemoryLimit.None, Percent.Of(25), null, default, default, null, default, false, MemoryHolder.None, null, null, null, "no holder"),
            Alerts: new AlertStatus([new ChannelStatus("ntfy", "https://ntfy.sh/***", "no route to host", Noon, 1, null, 0, 3, 0)], []),
            Politeness: new PolitenessReport(
                PolitenessVerdict.Impolite,
                [new PolitenessFinding(PolitenessSubject.Rank, "other work waits", "use the slice"), new PolitenessFinding(PolitenessSubject.CpuLimit, "the limit is below the target", "raise the limit")],
                false),
            Host: new HostStatus(OtherKeeper: "another LoadShaper keeps this machine from being idle (process 12); one is enough: stop one of them"));
        var problems = ProblemList.Of(state, new HealthVerdict(HealthStatus.Unhealthy, Checks));

        Assert.Equal(Checks, problems.Select(problem => problem.Check));
        Assert.All(problems, problem =>
        {
            Assert.DoesNotMatch("[a-z]_[a-z]", problem.Text);
            Assert.EndsWith(".", problem.Text, StringComparison.Ordinal);
            Assert.NotEmpty(problem.Fix);
            Assert.NotEqual("Run `loadshaper doctor`.", problem.Fix);
        });
        Assert.Equal(problems.Count, problems.Select(problem => problem.Text).Distinct().Count());
    }

    [Fact]
    public void A_check_that_is_not_known_here_is_still_shown()
    {
        var problem = Assert.Single(ProblemList.Of(new HealthState(), new HealthVerdict(HealthStatus.Degraded, ["something_new"])));

        Assert.Equal(("Something new.", "Run `loadshaper doctor`."), (problem.Text, problem.Fix));
    }

    [Fact]
    public void A_text_with_its_fix_is_divided()
    {
        var problems = ProblemList.Of(
            new HealthState(
                Controller: Reports.At(Noon) with { Stuck = Stuck },
                Host: new HostStatus(OtherKeeper: "another LoadShaper keeps this machine from being idle (process 12); one is enough: stop one of them")),
            new HealthVerdict(HealthStatus.Degraded, ["gate_held_by_one_signal", "another_keeper"]));

        Assert.Equal("Memory use (97 %) has kept the gate closed for 3.0 h without memory pressure; no load runs.", problems[0].Text);
        Assert.Equal("Raise MEM_STOP_PCT or free memory.", problems[0].Fix);
        Assert.Equal("One is enough: stop one of them.", problems[1].Fix);
    }

    [Fact]
    public void A_lost_journal_and_each_finding_about_politeness_are_problems()
    {
        var state = new HealthState(
            Controller: Reports.At(Noon) with { JournalLoss = "journal.db was moved aside" },
            Politeness: new PolitenessReport(
                PolitenessVerdict.Impolite,
                [
                    new PolitenessFinding(PolitenessSubject.Rank, "other work waits", "use the slice"),
                    new PolitenessFinding(PolitenessSubject.Rank, "SCHED_IDLE refused", "allow it"),
                ],
                false));

        Assert.Equal(
            [
                ("impolite", "Other work waits.", "Use the slice."), ("impolite", "SCHED_IDLE refused.", "Allow it."),
                ("journal_loss", "Part of the record was lost: journal.db was moved aside.",
                    "Nothing for the protection of this VM. The damaged file was moved aside; copy it if you want to examine it."),
            ],
            ProblemList.Of(state, new HealthVerdict(HealthStatus.Degraded, ["impolite", "journal_loss"])).Select(problem => (problem.Check, problem.Text, problem.Fix)));
    }

    private static StuckSignal Stuck => new(
        GateCauses.MemoryUse, TimeSpan.FromHours(3), new GateInput(Noon, Percent.Of(2), null, Percent.Zero, 0.1, Percent.Of(97), null));
}

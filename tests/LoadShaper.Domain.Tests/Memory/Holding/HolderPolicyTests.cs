using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Memory.Holding;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Domain.Tests.Memory.Holding;

public sealed class HolderPolicyTests
{
    private readonly List<HolderAction> _plan = [];
    private readonly List<MemoryReturn> _returned = [];
    private HolderState _state = HolderState.None;

    [Fact]
    public void The_first_order_starts_a_process_and_gives_it_thirty_seconds()
    {
        Decide(Hold(200));

        Assert.Equal(
            [new HolderAction.Start(InDaemon: false), new HolderAction.Order(MiB(200), 0), new HolderAction.Await(HolderWait.Ready, TimeSpan.FromSeconds(30))],
            _plan);
        Assert.Equal((1, HolderPhase.Starting), (_state.Number, _state.Phase));
    }

    [Fact]
    public void Nothing_to_hold_starts_nothing()
    {
        Decide(Hold(0), new HolderInput.Hold(MiB(0), null, Off: true, Settled: true));

        Assert.Empty(_plan);
    }

    [Fact]
    public void Where_no_process_can_be_started_the_daemon_holds()
    {
        Decide(Hold(200), new HolderInput.StartFailed("no such program"));

        Assert.Contains(new HolderAction.Start(InDaemon: true), _plan);
        Assert.Equal((1, true, "no such program", false), (_state.Number, _state.InDaemon, _state.InDaemonBecause, _state.IsProcess));
        Assert.Equal(MiB(200), _state.Ordered);
    }

    [Fact]
    public void An_order_to_release_is_fulfilled_by_the_report_that_says_so()
    {
        Running(1000);
        Decide(Hold(700, MemoryReleaseCause.Reserve));
        Assert.Equal([new HolderAction.Order(MiB(700), 0), new HolderAction.Await(HolderWait.Release, TimeSpan.FromSeconds(5))], _plan);
        Decide(Report(900));
        Assert.Empty(_returned);

        Decide(Report(700));

        Assert.Equal([new MemoryReturn(MemoryReleaseCause.Reserve, MiB(300))], _returned);
        Assert.Contains(new HolderAction.Cancel(HolderWait.Release), _plan);
        Assert.Null(_state.Pending);
    }

    [Fact]
    public void A_second_order_does_not_extend_the_time_and_both_are_fulfilled_together()
    {
        Running(1000);
        Decide(Hold(700, MemoryReleaseCause.Reserve), Hold(500, MemoryReleaseCause.StopThreshold));
        Assert.Single(_plan, action => action is HolderAction.Await { Wait: HolderWait.Release });

        Decide(Report(500));

        Assert.Equal([new MemoryReturn(MemoryReleaseCause.StopThreshold, MiB(500))], _returned);
    }

    [Fact]
    public void What_the_holder_released_itself_is_not_counted_a_second_time()
    {
        Running(1000);
        Decide(Hold(700, MemoryReleaseCause.Reserve));
        Decide(new HolderInput.Lost(MemoryReleaseCause.Reserve, MiB(100), MiB(900), 1));
        Assert.Equal(new MemoryLoss(MemoryReleaseCause.Reserve, MiB(100)), _state.Lost);

        Decide(Report(700));

        Assert.Equal([new MemoryReturn(MemoryReleaseCause.Reserve, MiB(200))], _returned);
    }

    [Fact]
    public void A_holder_that_is_killed_before_it_released_loses_what_it_held_and_fulfils_nothing()
    {
        // 2,780 of 10,288 MiB were ordered back from a holder that was stopped; 13,068 MiB were once recorded.
        Running(10_288);
        Decide(Hold(10_288 - 2_780, MemoryReleaseCause.Reserve), new HolderInput.Elapsed(HolderWait.Release));
        Assert.Contains(new HolderAction.Stop(Kill: true), _plan);
        Assert.Equal((HolderPhase.Stopping, MiB(10_288)), (_state.Phase, _state.Held));

        Decide(new HolderInput.Stopped());

        Assert.Empty(_returned);
        Assert.Equal((new MemoryLoss(MemoryReleaseCause.HolderFailed, MiB(10_288)), MiB(0)), (_state.Lost, _state.Held));
    }

    [Fact]
    public void Two_seconds_without_a_report_are_a_fault()
    {
        Running(1000);
        Decide(new HolderInput.Elapsed(HolderWait.Report));
        Assert.Equal([new HolderAction.Await(HolderWait.Report, TimeSpan.FromSeconds(1))], _plan);

        Decide(new HolderInput.Elapsed(HolderWait.Report));

        Assert.Equal((HolderPhase.Stopping, "the holder process did not report for 2 s and was killed"), (_state.Phase, _state.Fault));
        Assert.Contains(new HolderAction.Stop(Kill: true), _plan);
    }

    [Fact]
    public void A_report_in_the_second_half_of_the_time_starts_it_again()
    {
        Running(1000);
        for (var i = 0; i < 5; i++)
            Decide(new HolderInput.Elapsed(HolderWait.Report), Report(1000));

        Assert.Equal((HolderPhase.Running, null), (_state.Phase, _state.Fault));
    }

    [Fact]
    public void A_holder_without_memory_has_nothing_to_report()
    {
        Running(1000);
        Decide(Hold(0, MemoryReleaseCause.AboveTarget), Report(0));

        Assert.False(_state.MustReport);
        Assert.Contains(new HolderAction.Cancel(HolderWait.Report), _plan);
        Decide(new HolderInput.Elapsed(HolderWait.Report), new HolderInput.Elapsed(HolderWait.Report));
        Assert.Equal(HolderPhase.Running, _state.Phase);

        _plan.Clear();
        Decide(Hold(200));
        Assert.Contains(new HolderAction.Await(HolderWait.Report, TimeSpan.FromSeconds(1)), _plan);
    }

    [Theory]
    [InlineData(137, true, true, MemoryReleaseCause.HolderOutOfMemory, "the OOM killer killed the holder process")]
    [InlineData(137, true, false, MemoryReleaseCause.HolderKilled, "the holder process was killed by SIGKILL")]
    [InlineData(134, false, false, MemoryReleaseCause.HolderFailed, "the holder process ended with exit code 134")]
    [InlineData(134, false, true, MemoryReleaseCause.HolderFailed, "the holder process ended with exit code 134")]
    public void Out_of_memory_is_said_only_when_the_kernel_counted_it(int code, bool sigkill, bool oom, MemoryReleaseCause cause, string fault)
    {
        Running(1000);
        Decide(new HolderInput.Exited(code, sigkill, oom));

        Assert.Equal((HolderPhase.None, fault, new MemoryLoss(cause, MiB(1000))), (_state.Phase, _state.Fault, _state.Lost));
        Assert.All(_plan, action => Assert.IsType<HolderAction.Cancel>(action));
    }

    [Fact]
    public void After_three_processes_that_were_never_ready_the_daemon_holds_and_says_why()
    {
        for (var i = 0; i < HolderPolicy.MostFailedStarts; i++)
            Decide(Hold(200), new HolderInput.Elapsed(HolderWait.Ready), new HolderInput.Stopped());

        Decide(Hold(200));
        Assert.Equal((false, "the holder process was not ready within 30 s and was killed"), (_state.IsProcess, _state.InDaemonBecause));
        Assert.Contains(new HolderAction.Start(InDaemon: true), _plan);
    }

    [Fact]
    public void While_one_ends_no_other_is_started_and_reports_still_count()
    {
        Running(1000);
        Decide(new HolderInput.End());
        Assert.Equal(new HolderAction.Stop(Kill: false), _plan[^1]);
        _plan.Clear();

        Decide(Hold(200), Report(400), new HolderInput.Exited(1, false, false));
        Assert.Empty(_plan);
        Assert.Equal(MiB(400), _state.Held);

        Decide(new HolderInput.Stopped());
        Assert.Equal([new MemoryReturn(MemoryReleaseCause.SwitchedOff, MiB(1000))], _returned);
        Decide(Report(400));
        Assert.Equal((HolderPhase.None, MiB(0)), (_state.Phase, _state.Held));
    }

    [Fact]
    public void A_thread_of_the_daemon_is_not_killed_for_being_late()
    {
        Decide(Hold(200), new HolderInput.StartFailed("no such program"), new HolderInput.Ready(false), Report(200), Hold(0, MemoryReleaseCause.Reserve));
        _plan.Clear();

        Decide(new HolderInput.Elapsed(HolderWait.Release), new HolderInput.Elapsed(HolderWait.Report), new HolderInput.Elapsed(HolderWait.Report));

        Assert.Equal(HolderPhase.Running, _state.Phase);
        Assert.Empty(_plan);
    }

    private static ByteSize MiB(double mib) => ByteSize.FromMiB(mib);

    private static HolderInput Hold(double mib, MemoryReleaseCause? cause = null) => new HolderInput.Hold(MiB(mib), cause, Off: false, Settled: false);

    private static HolderInput Report(double mib) => new HolderInput.Holding(MiB(mib), MiB(mib));

    private void Running(double mib)
    {
        Decide(Hold(mib), new HolderInput.Ready(true), Report(mib));
        Assert.Equal((HolderPhase.Running, MiB(mib)), (_state.Phase, _state.Held));
        _plan.Clear();
    }

    private void Decide(params HolderInput[] inputs)
    {
        foreach (var input in inputs)
        {
            var decision = HolderPolicy.Decide(_state, input);
            _state = decision.State;
            _plan.AddRange(decision.Plan);
            if (decision.Returned is { } returned)
                _returned.Add(returned);
        }
    }
}

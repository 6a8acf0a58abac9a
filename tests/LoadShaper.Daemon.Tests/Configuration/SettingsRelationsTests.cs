using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Platform;
using LoadShaper.Domain.Settings;
using LoadShaper.Domain.Units;
using Xunit;

namespace LoadShaper.Daemon.Tests.Configuration;

/// <summary>What must hold between settings, and what is only warned of.</summary>
public sealed class SettingsRelationsTests
{
    private static readonly SettingsReader Reader = SettingsReader.For();

    [Theory]
    [InlineData("CPU_P95_TARGET_MIN=28 CPU_P95_TARGET_MAX=28", "CPU_P95_TARGET_MIN", "must be below CPU_P95_TARGET_MAX 28")]
    [InlineData("CPU_P95_TARGET_MAX=21", "CPU_P95_TARGET_MAX", "must be above CPU_P95_TARGET_MIN 22")]
    [InlineData("CPU_P95_SETPOINT=31", "CPU_P95_SETPOINT", "is outside CPU_P95_TARGET_MIN – CPU_P95_TARGET_MAX, 22 – 28")]
    [InlineData("CPU_P95_SETPOINT=21.9", "CPU_P95_SETPOINT", "is outside CPU_P95_TARGET_MIN – CPU_P95_TARGET_MAX, 22 – 28")]
    [InlineData("CPU_P95_TARGET_MIN=26", "CPU_P95_TARGET_MIN", "leaves CPU_P95_SETPOINT 25 outside CPU_P95_TARGET_MIN – CPU_P95_TARGET_MAX, 26 – 28")]
    [InlineData("CPU_P95_HIGH_INTENSITY=20", "CPU_P95_HIGH_INTENSITY", "must be above CPU_P95_BASELINE_INTENSITY 20")]
    [InlineData("CPU_P95_BASELINE_INTENSITY=35", "CPU_P95_BASELINE_INTENSITY", "must be below CPU_P95_HIGH_INTENSITY 35")]
    [InlineData("CPU_STOP_PCT=25", "CPU_STOP_PCT", "must be above CPU_P95_SETPOINT 25")]
    [InlineData("MEM_TARGET_PCT=90", "MEM_TARGET_PCT", "must be below MEM_STOP_PCT 90")]
    [InlineData("MEM_TARGET_PCT=30 MEM_STOP_PCT=30", "MEM_TARGET_PCT", "must be below MEM_STOP_PCT 30")]
    [InlineData("NET_STOP_PCT=10", "NET_STOP_PCT", "must be above NET_TARGET_PCT 10")]
    [InlineData("NET_TARGET_PCT=61", "NET_TARGET_PCT", "must be below NET_STOP_PCT 60")]
    [InlineData("LOAD_RESUME_THRESHOLD=0.7", "LOAD_RESUME_THRESHOLD", "must be below LOAD_THRESHOLD 0.6")]
    [InlineData("LOAD_THRESHOLD=0.4", "LOAD_THRESHOLD", "must be above LOAD_RESUME_THRESHOLD 0.4")]
    [InlineData("NET_MIN_RATE_MBIT=801", "NET_MIN_RATE_MBIT", "must be below or equal to NET_MAX_RATE_MBIT 800")]
    [InlineData("NET_FALLBACK_START_PCT=24 NET_FALLBACK_RISK_THRESHOLD_PCT=24", "NET_FALLBACK_START_PCT", "must be below NET_FALLBACK_STOP_PCT 23")]
    [InlineData("NET_FALLBACK_STOP_PCT=19", "NET_FALLBACK_STOP_PCT", "must be above NET_FALLBACK_START_PCT 19")]
    [InlineData("NET_FALLBACK_RISK_THRESHOLD_PCT=18.9", "NET_FALLBACK_RISK_THRESHOLD_PCT", "is outside NET_FALLBACK_START_PCT – NET_FALLBACK_STOP_PCT, 19 – 23")]
    [InlineData("NET_FALLBACK_RISK_THRESHOLD_PCT=23.1", "NET_FALLBACK_RISK_THRESHOLD_PCT", "is outside NET_FALLBACK_START_PCT – NET_FALLBACK_STOP_PCT, 19 – 23")]
    [InlineData("CPU_P95_TARGET_MIN=10 CPU_P95_SETPOINT=20 MEM_TARGET_PCT=30", "CPU_P95_SETPOINT", "leaves CPU and network (memory does not count on E2) at targets of 20 % or less: Oracle would call this VM idle")]
    [InlineData("CPU_P95_TARGET_MIN=10 CPU_P95_SETPOINT=15 NET_TARGET_PCT=25", "CPU_P95_SETPOINT", "leaves CPU and network (memory does not count on E2) at targets of 20 % or less: Oracle would call this VM idle")]
    [InlineData("PROTECT_WITH=memory MEM_TARGET_PCT=30", "PROTECT_WITH", "protects nothing here: the rule counts memory on A1 shapes only, and this machine is Generic-2CPU-7.8GB (no sign of Oracle's cloud)")]
    public void A_broken_relation_is_refused_on_the_variable_that_was_set(string set, string variable, string broken)
    {
        var reading = Reader.Read(Machines.Env(set.Split(' ')), Machines.Generic);

        Assert.Null(reading.Settings);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal((variable, broken), (problem.Variable, problem.Broken));
        Assert.Equal(SettingOrigin.Environment, problem.Origin);
        Assert.NotEmpty(problem.Fix);
    }

    [Theory]
    [InlineData("CPU_P95_TARGET_MIN=10 CPU_P95_SETPOINT=15 MEM_TARGET_PCT=30")]
    [InlineData("PROTECT_WITH=memory MEM_TARGET_PCT=25")]
    public void On_A1_memory_alone_protects(string set)
    {
        Assert.Empty(Reader.Read(Machines.Env(set.Split(' ')), Machines.GenericArm).Problems);
        Assert.NotEmpty(Reader.Read(Machines.Env(set.Split(' ')), Machines.Generic).Problems);
    }

    [Fact]
    public void On_A1_all_three_at_20_or_less_is_refused()
    {
        var set = Machines.Env("CPU_P95_TARGET_MIN=10", "CPU_P95_SETPOINT=20", "MEM_TARGET_PCT=20", "NET_TARGET_PCT=20", "NET_PEERS=10.0.0.2");
        var problem = Assert.Single(Reader.Read(set, Machines.GenericArm).Problems);
        Assert.StartsWith("leaves CPU, memory and network at targets", problem.Broken);
    }

    [Theory]
    [InlineData("NET_TARGET_PCT=25 NET_PEERS=10.0.0.2", true)]
    [InlineData("NET_TARGET_PCT=25", false)]
    [InlineData("NET_TARGET_PCT=25 NET_PEERS=10.0.0.2 NET_MODE=off", false)]
    [InlineData("NET_TARGET_PCT=25 NET_PEERS=10.0.0.2 NET_ACTIVATION=off", false)]
    public void The_network_protects_only_when_there_is_a_peer_to_send_to(string set, bool protects)
    {
        var env = Machines.Env(["CPU_P95_TARGET_MIN=10", "CPU_P95_SETPOINT=15", .. set.Split(' ')]);
        Assert.Equal(protects, Reader.Read(env, Machines.Generic).Problems.Count == 0);
    }

    [Fact]
    public void Protecting_with_memory_needs_a_memory_target_above_20()
    {
        var problem = Assert.Single(Reader.Read(Machines.Env("PROTECT_WITH=memory", "MEM_TARGET_PCT=20"), Machines.GenericArm).Problems);
        Assert.Contains("MEM_TARGET_PCT is 20 %, not above 20 %", problem.Broken);
    }

    [Theory]
    [InlineData("CPU_P95_TARGET_MIN=19.9", "CPU_P95_TARGET_MIN", "is under 20 %")]
    [InlineData("CPU_P95_TARGET_MIN=10 CPU_P95_SETPOINT=15 NET_TARGET_PCT=25 NET_PEERS=10.0.0.2", "CPU_P95_SETPOINT", "is under 20 %")]
    [InlineData("CPU_P95_EXCEEDANCE_TARGET=15.1", "CPU_P95_EXCEEDANCE_TARGET", "does not require")]
    [InlineData("CPU_P95_EXCEEDANCE_TARGET=1.9", "CPU_P95_EXCEEDANCE_TARGET", "far below the 5 %")]
    [InlineData("CPU_P95_HIGH_INTENSITY=21", "CPU_P95_HIGH_INTENSITY", "without effect: a high slot reaches at least 22 %")]
    [InlineData("CPU_P95_SLOT_DURATION_SEC=29 CONTROL_PERIOD_SEC=1", "CPU_P95_SLOT_DURATION_SEC", "is outside 30 – 600 s")]
    [InlineData("CPU_P95_SLOT_DURATION_SEC=601", "CPU_P95_SLOT_DURATION_SEC", "is outside 30 – 600 s")]
    [InlineData("CPU_P95_SLOT_DURATION_SEC=70", "CPU_P95_SLOT_DURATION_SEC", "does not divide a minute or an hour")]
    [InlineData("CONTROL_PERIOD_SEC=10.1", "CONTROL_PERIOD_SEC", "makes a slot of 60 s shorter than 6 control periods of 10.1 s")]
    [InlineData("AVG_WINDOW_SEC=49", "AVG_WINDOW_SEC", "makes an average over 49 s shorter than 10 control periods of 5 s")]
    [InlineData("MEM_MIN_FREE_MB=4001 MEM_TARGET_PCT=30", "MEM_MIN_FREE_MB", "more than half of this machine's 8000 MiB")]
    [InlineData("NET_PEERS=10.0.0.2,203.0.113.7 NET_KEY=a-secret-of-both-machines", "NET_PEERS", "does not pass the first router, but 203.0.113.7 is not in this network")]
    [InlineData("NET_PEERS=10.0.0.2 NET_REQUIRE_EXTERNAL=true", "NET_REQUIRE_EXTERNAL", "refuses the private address 10.0.0.2")]
    [InlineData("PROTECT_WITH=both", "PROTECT_WITH", "has no effect")]
    [InlineData("MEM_TARGET_PCT=30", "MEM_TARGET_PCT", "has no effect here")]
    [InlineData("HYSTERESIS_PCT=60", "HYSTERESIS_PCT", "lets the gate never open again once NET_STOP_PCT 60 has closed it")]
    [InlineData("LOAD_RESUME_THRESHOLD=0", "LOAD_RESUME_THRESHOLD", "lets the gate never open again once the load average has closed it")]
    [InlineData("JITTER_PERIOD_SEC=60", "JITTER_PERIOD_SEC", "leaves no jitter")]
    [InlineData("NET_PEERS=10.0.0.2,10.0.0.2:15201", "NET_PEERS", "names 10.0.0.2 more than once")]
    [InlineData("NET_PEERS=peer.internal,10.0.0.2,Peer.Internal", "NET_PEERS", "names peer.internal more than once")]
    [InlineData("JOURNAL_RETENTION_DAYS=6.9", "JOURNAL_RETENTION_DAYS", "deletes events")]
    public void What_is_allowed_but_unwise_is_a_warning(string set, string variable, string broken)
    {
        var reading = Reader.Read(Machines.Env(set.Split(' ')), Machines.Generic);

        Assert.Empty(reading.Problems);
        Assert.NotNull(reading.Settings);
        var warning = Assert.Single(reading.Warnings, w => w.Variable == variable);
        Assert.Contains(broken, warning.Broken);
        Assert.NotEmpty(warning.Fix);
    }

    [Theory]
    [InlineData("CPU_P95_TARGET_MIN=20")]
    [InlineData("CPU_P95_EXCEEDANCE_TARGET=15")]
    [InlineData("CPU_P95_EXCEEDANCE_TARGET=2")]
    [InlineData("CPU_P95_SLOT_DURATION_SEC=30")]
    [InlineData("CPU_P95_SLOT_DURATION_SEC=600")]
    [InlineData("CPU_P95_SLOT_DURATION_SEC=90")]
    [InlineData("CONTROL_PERIOD_SEC=10")]
    [InlineData("AVG_WINDOW_SEC=50")]
    [InlineData("JOURNAL_RETENTION_DAYS=7")]
    [InlineData("MEM_MIN_FREE_MB=9000")]
    [InlineData("HYSTERESIS_PCT=59.9")]
    [InlineData("LOAD_RESUME_THRESHOLD=0 LOAD_CHECK_ENABLED=false")]
    [InlineData("JITTER_PERIOD_SEC=59")]
    [InlineData("JITTER_PERIOD_SEC=600 JITTER_PCT=0")]
    [InlineData("NET_PEERS=10.0.0.2,10.0.0.2:15202")]
    [InlineData("NET_PEERS=203.0.113.7 NET_TTL=2 NET_KEY=a-secret-of-both-machines")]
    [InlineData("NET_PEERS=10.0.0.2,192.168.1.1,172.16.0.1,100.64.0.1,fd00::1,::1,peer.internal")]
    [InlineData("NET_PEERS=203.0.113.7 NET_MODE=off")]
    public void At_the_edge_nothing_is_warned_of(string set) =>
        Assert.Empty(Reader.Read(Machines.Env(set.Split(' ')), Machines.Generic).Warnings);

    [Fact]
    public void On_A1_memory_is_aimed_at_without_a_warning_up_to_half_of_it_kept_free() =>
        Assert.Empty(Reader.Read(Machines.Env("MEM_MIN_FREE_MB=4000", "MEM_TARGET_PCT=30"), Machines.GenericArm).Warnings);

    [Fact]
    public void A_reserve_is_not_weighed_where_no_memory_is_occupied_or_its_size_is_unknown()
    {
        Assert.Empty(Reader.Read(Machines.Env(), Machines.Micro).Warnings);
        var unknown = ShapePolicy.Decide(new MachineFacts("aarch64", 1, ByteSize.Zero, null));
        Assert.Empty(Reader.Read(Machines.Env("MEM_TARGET_PCT=30"), unknown).Warnings);
    }

    [Fact]
    public void A_setting_that_was_refused_is_not_blamed_a_second_time_in_a_relation()
    {
        var reading = Reader.Read(Machines.Env("LOAD_THRESHOLD=nonsense", "LOAD_RESUME_THRESHOLD=50"), Machines.Generic);
        Assert.Equal("LOAD_THRESHOLD", Assert.Single(reading.Problems).Variable);
    }

    [Fact]
    public void A_band_upside_down_is_one_problem_and_not_two()
    {
        var reading = Reader.Read(Machines.Env("CPU_P95_TARGET_MIN=30", "CPU_P95_TARGET_MAX=20"), Machines.Generic);
        Assert.Equal("CPU_P95_TARGET_MIN", Assert.Single(reading.Problems).Variable);
    }
}

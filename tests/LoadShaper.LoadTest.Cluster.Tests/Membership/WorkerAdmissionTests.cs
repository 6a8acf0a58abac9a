using LoadShaper.LoadTest.Cluster.Membership;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Membership;

public sealed class WorkerAdmissionTests
{
    private static readonly JoinedWorker First = new("w1", "10.0.0.1:4000", 2);

    [Fact]
    public void A_worker_with_the_same_program_is_admitted() => Assert.Null(Decide(new(WorkerAdmission.Protocol, "1.0", "w2", 2), "10.0.0.2:4000"));

    [Fact]
    public void A_worker_that_asks_again_is_admitted_again() => Assert.Null(Decide(new(WorkerAdmission.Protocol, "1.0", "w1", 2), First.Address, wanted: 1));

    [Theory]
    [InlineData(WorkerAdmission.Protocol + 1, "1.0")]
    [InlineData(WorkerAdmission.Protocol, "1.1")]
    public void Another_version_is_refused_with_both_versions(int protocol, string program)
    {
        var refusal = Decide(new(protocol, program, "w2", 2), "10.0.0.2:4000")!;

        Assert.Equal(RefusalKind.Version, refusal.Kind);
        Assert.Contains($"version 1.0 (protocol {WorkerAdmission.Protocol}) and this worker version {program} (protocol {protocol})", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_use_is_refused_with_its_owner()
    {
        var refusal = Decide(new(WorkerAdmission.Protocol, "1.0", "w1", 2), "10.0.0.2:4000")!;

        Assert.Equal(RefusalKind.Name, refusal.Kind);
        Assert.Contains(First.Address, refusal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u001b[31m")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public void A_name_that_cannot_be_shown_is_refused(string name) =>
        Assert.Equal(RefusalKind.Name, Decide(new(WorkerAdmission.Protocol, "1.0", name, 2), "10.0.0.2:4000")?.Kind);

    [Fact]
    public void Further_workers_are_refused() =>
        Assert.Equal(RefusalKind.Full, Decide(new(WorkerAdmission.Protocol, "1.0", "w2", 2), "10.0.0.2:4000", wanted: 1)?.Kind);

    private static AdmissionRefusal? Decide(WorkerIntroduction worker, string address, int? wanted = null) =>
        WorkerAdmission.Decide([First], wanted, "1.0", worker, address);
}

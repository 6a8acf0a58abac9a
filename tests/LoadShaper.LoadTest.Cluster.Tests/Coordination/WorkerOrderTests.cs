using Akka.Actor;
using LoadShaper.LoadTest.Cluster.Coordination;
using LoadShaper.LoadTest.Cluster.Membership;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Coordination;

public sealed class WorkerOrderTests
{
    [Fact]
    public void Workers_are_numbered_by_name_and_not_by_the_order_of_joining()
    {
        string[] joined = ["local-10", "vm-b", "local-2", "local-1", "vm-a"];

        var ordered = WorkerOrder.ByName(joined.Select(name => new RunWorker(ActorRefs.Nobody, new JoinedWorker(name, "10.0.0.6:1", 4))));

        Assert.Equal(["local-1", "local-2", "local-10", "vm-a", "vm-b"], ordered.Select(worker => worker.Worker.Name));
    }
}

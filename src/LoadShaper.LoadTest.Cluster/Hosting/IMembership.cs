using Akka.Actor;
using Akka.Cluster;
using AkkaCluster = Akka.Cluster.Cluster;

namespace LoadShaper.LoadTest.Cluster.Hosting;

/// <summary>What the coordinator does with the cluster; a test has its own.</summary>
internal interface IMembership
{
    Address SelfAddress { get; }

    /// <summary>Sends every change of members to an actor.</summary>
    void Subscribe(IActorRef subscriber);

    /// <summary>Takes a node out of the cluster.</summary>
    void Down(Address node);
}

/// <summary>The cluster of a node.</summary>
internal sealed class ClusterMembership(AkkaCluster cluster) : IMembership
{
    public Address SelfAddress => cluster.SelfAddress;

    public void Subscribe(IActorRef subscriber) =>
        cluster.Subscribe(subscriber, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    public void Down(Address node) => cluster.Down(node);
}

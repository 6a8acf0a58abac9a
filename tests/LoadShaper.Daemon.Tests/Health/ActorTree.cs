using Akka.Actor;

namespace LoadShaper.Daemon.Tests.Health;

/// <summary>Actors of the names that the daemon has, which do nothing but hang when they are sent an event to wait for.</summary>
internal static class ActorTree
{
    public static readonly string[] Names = ["sampler", "p95", "cpu", "memory", "network", "health"];

    /// <summary>Creates /user/loadshaper with these children, and returns when they are there.</summary>
    public static async Task StartAsync(ActorSystem system, params string[] children)
    {
        var parent = system.ActorOf(Props.Create(() => new Parent(children)), "loadshaper");
        await parent.Ask<string>("ready", TimeSpan.FromMinutes(1));
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent(string[] children)
        {
            foreach (var name in children)
                Context.ActorOf(Props.Create(() => new Child()), name);
            Receive<string>(asked => Sender.Tell(asked));
        }
    }

    private sealed class Child : ReceiveActor
    {
        public Child() => Receive<ManualResetEventSlim>(blocked => blocked.Wait());
    }
}

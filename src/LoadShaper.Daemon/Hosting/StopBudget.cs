namespace LoadShaper.Daemon.Hosting;

/// <summary>
/// How long each step of the ordered stop may take, in its order. The steps add up to less than an orchestrator waits between
/// SIGTERM and SIGKILL, so that the journal is closed even where every step uses all of its time.
/// </summary>
internal static class StopBudget
{
    /// <param name="Name">Of the child of <see cref="Supervision.LoadShaperSupervisor"/>.</param>
    /// <param name="Limit">A child that has not stopped by then is left to the end of the process.</param>
    /// <param name="IsOptional">Started only when its settings ask for it.</param>
    public sealed record Child(string Name, TimeSpan Limit, bool IsOptional = false);

    /// <summary>Default of Docker (`stop_grace_period`); Kubernetes and systemd wait longer.</summary>
    public static readonly TimeSpan Orchestrator = TimeSpan.FromSeconds(10);

    /// <summary>Load first, then what records it.</summary>
    public static readonly IReadOnlyList<Child> Children =
    [
        new("oracle", TimeSpan.FromSeconds(0.25), IsOptional: true),
        new("network", TimeSpan.FromSeconds(0.5)),
        new("cpu", TimeSpan.FromSeconds(1)),
        // HolderProcess kills a holder that does not end within a second.
        new("memory", TimeSpan.FromSeconds(1.5)),
        new("retention", TimeSpan.FromSeconds(0.25)),
        new("p95", TimeSpan.FromSeconds(2)),
        new("sampler", TimeSpan.FromSeconds(0.25)),
        new("store", TimeSpan.FromSeconds(0.75)),
        new("fleet", TimeSpan.FromSeconds(0.1), IsOptional: true),
        new("alerts", TimeSpan.FromSeconds(0.1), IsOptional: true),
        new("reports", TimeSpan.FromSeconds(0.1)),
        new("history", TimeSpan.FromSeconds(0.1)),
        new("health", TimeSpan.FromSeconds(0.25)),
    ];

    /// <summary>The whole tree, and the messages that ask for it.</summary>
    public static readonly TimeSpan Tree = Children.Aggregate(TimeSpan.FromSeconds(0.25), (sum, child) => sum + child.Limit);

    /// <summary>The coordinated-shutdown phase around it ends later, so that the tree reports what did not stop.</summary>
    public static readonly TimeSpan TreePhase = Tree + TimeSpan.FromSeconds(0.25);

    public static readonly TimeSpan ActorSystem = TimeSpan.FromSeconds(1);

    /// <summary>All hosted services. HTTP stops beside the actor system, not before it.</summary>
    public static readonly TimeSpan Host = TreePhase + ActorSystem;

    /// <summary>The files are closed, the log is flushed, the process ends.</summary>
    public static readonly TimeSpan Exit = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan All = Host + Exit;

    /// <summary>The same for Akka's coordinated shutdown.</summary>
    public static string ToHocon() => FormattableString.Invariant(
        $$"""
        akka.coordinated-shutdown.phases {
          before-service-unbind.timeout = {{TreePhase.TotalMilliseconds:0}}ms
          actor-system-terminate.timeout = {{ActorSystem.TotalMilliseconds:0}}ms
        }
        """);
}

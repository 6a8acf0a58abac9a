namespace LoadShaper.Domain.Health;

/// <summary>An actor failed and was started again.</summary>
/// <param name="Actor">One of <see cref="ActorNames.All"/>.</param>
public sealed record ActorRestart(string Actor);

/// <summary>The actors whose restarts are counted.</summary>
public static class ActorNames
{
    /// <summary>A burning thread's actor; there is one for each CPU.</summary>
    public const string Core = "core";

    /// <summary>The persistent actor below `p95`: it starts again after each failure of the journal.</summary>
    public const string Controller = "controller";

    public static readonly IReadOnlyList<string> All =
        ["sampler", "p95", Controller, "retention", "cpu", Core, "memory", "network", "store", "oracle", "health", "alerts", "fleet", "history"];
}

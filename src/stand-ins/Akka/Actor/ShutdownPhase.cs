#nullable disable
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A phase of the coordinated shutdown as it is configured.</summary>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover)
{
    internal static Dictionary<string, ShutdownPhase> Read(Config config)
    {
        var phases = config.GetConfig("phases");
        var usual = config.GetTimeSpan("default-phase-timeout");
        var read = new Dictionary<string, ShutdownPhase>();
        foreach (var (name, _) in phases.AsEnumerable())
        {
            var phase = phases.GetConfig('"' + name + '"');
            read.Add(name, new ShutdownPhase([.. phase.GetStringList("depends-on")], phase.GetTimeSpan("timeout", usual), phase.GetBoolean("recover", true)));
        }

        return read;
    }

    /// <summary>Each phase after those it depends on.</summary>
    internal static IReadOnlyList<string> Order(Dictionary<string, ShutdownPhase> phases)
    {
        var ordered = new List<string>();
        var under = new HashSet<string>();
        foreach (var name in phases.Keys) Visit(name);
        return ordered;

        void Visit(string name)
        {
            if (ordered.Contains(name)) return;
            if (!under.Add(name)) throw new ArgumentException($"Cycle detected in graph of phases. It must be a DAG. phase [{name}] depends transitively on itself.");
            if (phases.TryGetValue(name, out var phase))
            {
                foreach (var earlier in phase.DependsOn) Visit(earlier);
            }

            under.Remove(name);
            ordered.Add(name);
        }
    }
}

using System.Text.RegularExpressions;
using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>The order of the workers of a run, by name: the same workers get the same parts in every run, in whichever order they join.</summary>
internal static partial class WorkerOrder
{
    /// <summary>Numbers in a name count by their value: local-2 is before local-10.</summary>
    public static IReadOnlyList<RunWorker> ByName(IEnumerable<RunWorker> workers) =>
        [.. workers.OrderBy(worker => Digits().Replace(worker.Worker.Name, number => number.Value.PadLeft(WorkerAdmission.NameLength, '0')), StringComparer.Ordinal)];

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}

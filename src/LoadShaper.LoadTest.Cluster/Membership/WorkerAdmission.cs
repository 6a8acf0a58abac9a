using System.Globalization;

namespace LoadShaper.LoadTest.Cluster.Membership;

/// <summary>Decides which workers take part: the first of them that run the same program, up to the number wanted.</summary>
public static class WorkerAdmission
{
    /// <summary>Version of the messages. Raised by every change that an earlier program would misread.</summary>
    public const int Protocol = 1;

    /// <summary>Longest name of a worker.</summary>
    public const int NameLength = 64;

    /// <summary>Null: the worker is admitted.</summary>
    /// <param name="joined">Workers that take part now.</param>
    /// <param name="wanted">How many the run needs; null while that is not known.</param>
    /// <param name="program">Version of the coordinator's program.</param>
    /// <param name="address">Where the new worker listens.</param>
    public static AdmissionRefusal? Decide(IReadOnlyCollection<JoinedWorker> joined, int? wanted, string program, WorkerIntroduction worker, string address)
    {
        if (worker.Protocol != Protocol || worker.Program != program)
        {
            return Refuse(RefusalKind.Version, $"The coordinator runs version {program} (protocol {Protocol}) and this worker version {worker.Program} (protocol {worker.Protocol}). "
                + "Install the same version on both");
        }

        if (!IsName(worker.Name))
            return Refuse(RefusalKind.Name, $"The name has {worker.Name.Length} characters or contains control characters; expected 1 to {NameLength} printable characters. Choose another with --name");
        if (joined.FirstOrDefault(w => w.Name == worker.Name) is { } same && same.Address != address)
            return Refuse(RefusalKind.Name, $"The name {worker.Name} is in use by the worker at {same.Address}. Choose another with --name");
        return wanted is { } limit && joined.Count >= limit && joined.All(w => w.Address != address)
            ? Refuse(RefusalKind.Full, $"The run has its {limit.ToString(CultureInfo.InvariantCulture)} workers. Start another run for this worker, or use a larger --workers")
            : null;
    }

    /// <summary>Whether a name can be shown in a terminal and a report.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= NameLength && !name.Any(char.IsControl);

    private static AdmissionRefusal Refuse(RefusalKind kind, string reason) => new(kind, reason);
}

/// <summary>Why a node does not take part, in words for its operator.</summary>
public sealed record AdmissionRefusal(RefusalKind Kind, string Reason);

public enum RefusalKind
{
    /// <summary>Another program or protocol version.</summary>
    Version,

    /// <summary>The name is in use or cannot be shown.</summary>
    Name,

    /// <summary>The run has all its workers.</summary>
    Full,

    /// <summary>The worker takes part in the run of another coordinator.</summary>
    Coordinator,
}

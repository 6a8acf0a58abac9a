using LoadShaper.LoadTest.Cluster;
using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>What a worker does, as read from its options.</summary>
/// <param name="Listen">Null: the address from which the coordinator is reached, on a free port.</param>
/// <param name="Certificate">File of `load cert`; null: without TLS.</param>
/// <param name="Keep">Serves further runs after the first.</param>
internal sealed record WorkerRequest(ClusterAddress Join, ClusterAddress? Listen, string Name, string? Certificate, bool Keep);

/// <summary>The options of `load worker`, as written; null where they were left out.</summary>
internal sealed record WorkerFlags(string? Join = null, string? Listen = null, string? Name = null, string? Certificate = null, bool Keep = false)
{
    /// <param name="machine">Name of this machine; with the process id it is the name of a worker that has none.</param>
    /// <param name="problems">Every mistake; the result is null when there is one.</param>
    public WorkerRequest? Read(string machine, int processId, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        if (Join is null)
            found.Add("--join is missing; expected the address of the coordinator, which is --listen of load run, for example --join 10.0.0.5:7946");
        var join = Addresses.Read("--join", Join, Certificate is not null, found);
        if (join is { Port: 0 })
            found.Add($"--join: {Join} has port 0; expected the port on which the coordinator listens");
        var listen = Addresses.Read("--listen", Listen, Certificate is not null, found);
        var name = Name ?? $"{Cleaned(machine)}-{processId}";
        if (!WorkerAdmission.IsName(name))
            found.Add($"--name: \"{Visible(name)}\" is not valid; expected 1 to {WorkerAdmission.NameLength} printable characters");
        if (Certificate == "")
            found.Add("--certificate is empty; expected the file that `loadshaper load cert FILE` wrote");
        return found.Count == 0 ? new WorkerRequest(join!, listen, name, Certificate, Keep) : null;
    }

    /// <summary>Without raw line breaks and other control characters.</summary>
    private static string Visible(string text) => string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"));

    private static string Cleaned(string machine)
    {
        var name = string.Concat(machine.Where(IsNameCharacter).Take(WorkerAdmission.NameLength - 11));
        return name == "" ? "worker" : name;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';
}

namespace LoadShaper.Politeness;

/// <summary>What is measured, against what, and how often.</summary>
internal sealed record Options(
    string? Daemon, double Target, int Rounds, double Seconds, int Minutes, IReadOnlyList<double> Foreign, IReadOnlySet<string> Parts)
{
    public static readonly string[] AllParts = ["throughput", "requests", "wakeups", "cgroup", "equal", "step", "load", "accuracy", "gc", "idle", "groups"];

    public static string Usage => $"""
        politeness [--daemon loadshaper.dll] [--target 35] [--rounds 5] [--seconds 10] [--minutes 2] [--foreign 0,10,30] [--only part,part]
        parts: {string.Join(", ", AllParts)}
        --minutes and --foreign are of the part accuracy; each foreign load takes 2 + 3 times the minutes.
        Without --daemon the workers, the sampler and the policies run in a small host of their own.
        """;

    public static Options? Parse(string[] args)
    {
        var options = new Options(null, 35, 5, 10, 2, [0, 10, 30], AllParts.ToHashSet());
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            options = args[i] switch
            {
                "--daemon" => options with { Daemon = Path.GetFullPath(value) },
                "--target" => options with { Target = double.Parse(value) },
                "--rounds" => options with { Rounds = int.Parse(value) },
                "--seconds" => options with { Seconds = double.Parse(value) },
                "--minutes" => options with { Minutes = int.Parse(value) },
                "--foreign" => options with { Foreign = value.Split(',').Select(double.Parse).ToArray() },
                "--only" => options with { Parts = value.Split(',').ToHashSet() },
                _ => null!,
            };
            if (options is null)
                return null;
        }

        return args.Length % 2 == 0 && options.Parts.IsSubsetOf(AllParts) ? options : null;
    }
}

namespace LoadShaper.Daemon;

/// <summary>The command line that runs this program again.</summary>
/// <param name="FileName">The program, or <c>dotnet</c>.</param>
/// <param name="Arguments">What precedes the command.</param>
internal sealed record OwnProgram(string FileName, IReadOnlyList<string> Arguments)
{
    private const string Name = "loadshaper";

    /// <summary>By the program that runs this process: ours, or <c>dotnet</c>; a foreign one, as of a benchmark, has ours beside it.</summary>
    /// <exception cref="FileNotFoundException">None of them is there.</exception>
    public static OwnProgram OfThisProcess() => Of(Environment.ProcessPath ?? "", AppContext.BaseDirectory);

    /// <param name="folder">Where the program is.</param>
    /// <exception cref="FileNotFoundException">None of them is there.</exception>
    public static OwnProgram Of(string host, string folder)
    {
        var beside = Path.Combine(folder, Name);
        return Path.GetFileName(host) switch
        {
            Name => new(host, []),
            "dotnet" when File.Exists($"{beside}.dll") => new(host, ["exec", $"{beside}.dll"]),
            _ when File.Exists(beside) => new(beside, []),
            _ => throw new FileNotFoundException($"{(host.Length > 0 ? host : "the program that runs us")} is not {Name}, and there is no {beside}"),
        };
    }
}

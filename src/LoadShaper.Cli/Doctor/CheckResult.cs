namespace LoadShaper.Cli.Doctor;

/// <summary>Ordered by weight.</summary>
internal enum CheckStatus
{
    Pass,
    Warn,
    Fail,
}

/// <summary>What one check of the doctor found.</summary>
/// <param name="Name">What was looked at, in one to three words.</param>
/// <param name="Found">What was seen.</param>
/// <param name="Mend">How to put it right; empty when nothing is to be done.</param>
internal sealed record CheckResult(string Name, CheckStatus Status, string Found, string Mend = "")
{
    public static CheckResult Pass(string name, string found) => new(name, CheckStatus.Pass, found);

    public static CheckResult Warn(string name, string found, string mend) => new(name, CheckStatus.Warn, found, mend);

    public static CheckResult Fail(string name, string found, string mend) => new(name, CheckStatus.Fail, found, mend);
}

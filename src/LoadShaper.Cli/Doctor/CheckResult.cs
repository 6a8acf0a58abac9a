namespace LoadShaper.Cli.Doctor;

/// <summary>Ordered by weight.</summary>
internal enum CheckStatus
{
    Pass,
    Warn,
    Fail,
}

/// <summary>What one check of the doctor found.</summary>
/// <param name="Name">The check, in one to three words.</param>
/// <param name="Found">What it found.</param>
/// <param name="Fix">How to fix it; empty when there is nothing to do.</param>
internal sealed record CheckResult(string Name, CheckStatus Status, string Found, string Fix = "")
{
    public static CheckResult Pass(string name, string found) => new(name, CheckStatus.Pass, found);

    public static CheckResult Warn(string name, string found, string fix) => new(name, CheckStatus.Warn, found, fix);

    public static CheckResult Fail(string name, string found, string fix) => new(name, CheckStatus.Fail, found, fix);
}

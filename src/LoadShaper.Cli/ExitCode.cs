namespace LoadShaper.Cli;

/// <summary>The exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>An error that no setting fixes.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>`replay --verify` decided differently from the record.</summary>
    public const int Divergence = 3;

    /// <summary>Settings or the data directory must be fixed first (EX_CONFIG of sysexits.h).</summary>
    public const int Config = 78;
}

namespace LoadShaper.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>An error that no setting mends.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>`replay --verify` decided otherwise than the record.</summary>
    public const int Divergence = 3;

    /// <summary>Settings or the data directory must be mended first (EX_CONFIG of sysexits.h).</summary>
    public const int Config = 78;
}

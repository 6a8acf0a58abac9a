namespace LoadShaper.LoadTest;

/// <summary>Exit codes of `loadshaper load`, one meaning each. 99 and 105 are k6's.</summary>
public static class LoadExitCode
{
    public const int Ok = 0;

    /// <summary>The run or a file of it failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood or lacks a permission such as --allow-target.</summary>
    public const int Usage = 2;

    /// <summary>`load compare` found a regression.</summary>
    public const int Regression = 3;

    /// <summary>The generator was the limit, so the figures say nothing about the target.</summary>
    public const int Invalid = 4;

    /// <summary>Workers of a distributed run were lost.</summary>
    public const int WorkersLost = 5;

    /// <summary>The scenario or an environment variable is wrong; nothing was sent.</summary>
    public const int Config = 78;
    public const int Threshold = 99;
    public const int Interrupted = 105;
}

namespace LoadShaper.Domain.Platform;

/// <summary>Which variant of Oracle's idle rule applies.</summary>
public enum ShapeFamily
{
    /// <summary>CPU and network alone count (E2, and x86-64 outside Oracle).</summary>
    E2,

    /// <summary>Memory counts too (A1, and arm64 outside Oracle).</summary>
    A1,
}

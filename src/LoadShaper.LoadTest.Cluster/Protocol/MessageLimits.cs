namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>Bounds of a message. A frame above <see cref="FrameBytes"/> ends the connection that it came from.</summary>
internal static class MessageLimits
{
    /// <summary>Bytes of a package, file or report in one message.</summary>
    public const int PartBytes = 128 << 10;

    /// <summary>Largest frame of the transport; load-cluster.conf has the same value.</summary>
    public const int FrameBytes = 256 << 10;

    /// <summary>Longest text in UTF-8 bytes; a longer one is cut by the sender.</summary>
    public const int TextBytes = 4 << 10;

    /// <summary>Most hosts in a list of permitted targets.</summary>
    public const int Hosts = 1_000;

    /// <summary>Most parts of a report.</summary>
    public const int Parts = 128; // x 128 KiB = WorkerReportCodec.MostBytes
}

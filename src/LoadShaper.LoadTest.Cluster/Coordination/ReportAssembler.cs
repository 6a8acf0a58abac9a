using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Distribution;

namespace LoadShaper.LoadTest.Cluster.Coordination;

/// <summary>Puts the parts of reports of one assignment together. Parts of a report arrive in order; one with a gap is dropped, as a later report replaces it.</summary>
internal sealed class ReportAssembler
{
    private readonly List<byte[]> _parts = [];
    private long _report = -1;
    private int _length;

    /// <summary>The bytes of a report with its last part, otherwise null.</summary>
    public byte[]? Add(ReportPart part)
    {
        if (part.Part == 0)
        {
            _parts.Clear();
            _length = 0;
            _report = part.Report;
        }

        if (part.Report != _report || part.Part != _parts.Count || _length + part.Bytes.Length > WorkerReportCodec.MostBytes)
            return null;
        _parts.Add(part.Bytes);
        _length += part.Bytes.Length;
        if (_parts.Count < part.Parts)
            return null;
        var whole = new byte[_length];
        var at = 0;
        foreach (var bytes in _parts)
        {
            bytes.CopyTo(whole, at);
            at += bytes.Length;
        }

        _parts.Clear();
        _report = -1;
        return whole;
    }

    /// <summary>The messages of a report.</summary>
    public static IEnumerable<ReportPart> Split(long run, int assignment, long report, byte[] bytes)
    {
        var parts = Math.Max(1, (bytes.Length + MessageLimits.PartBytes - 1) / MessageLimits.PartBytes);
        for (var part = 0; part < parts; part++)
        {
            var at = part * MessageLimits.PartBytes;
            yield return new ReportPart(run, assignment, report, part, parts, bytes[at..Math.Min(bytes.Length, at + MessageLimits.PartBytes)]);
        }
    }
}

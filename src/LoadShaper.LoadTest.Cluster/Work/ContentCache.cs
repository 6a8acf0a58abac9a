using System.Security.Cryptography;

namespace LoadShaper.LoadTest.Cluster.Work;

/// <summary>Packages and files that a worker received, by the SHA-256 of their content. A worker that serves several runs asks only for what is new.</summary>
/// <param name="mostBytes">Of all contents together; one that does not fit is refused.</param>
internal sealed class ContentCache(long mostBytes)
{
    /// <summary>What a worker keeps at most.</summary>
    public const long DefaultBytes = 1L << 30;

    private readonly Dictionary<string, byte[]> _contents = [];

    public ReadOnlyMemory<byte>? Find(string sha256)
    {
        // Not a conditional expression: there, null would become empty memory.
        if (_contents.TryGetValue(sha256, out var content))
            return content;
        return null;
    }

    public long Bytes { get; private set; }

    /// <summary>Whether content of this size can be added, if the contents that are not used any more are removed.</summary>
    public bool Fits(long length, IReadOnlyCollection<string> used) =>
        length <= mostBytes - _contents.Where(c => used.Contains(c.Key)).Sum(c => (long)c.Value.Length);

    /// <summary>False: the content does not have this hash.</summary>
    /// <param name="used">Contents of the current run; others are removed when there is no space.</param>
    public bool Add(string sha256, byte[] content, IReadOnlyCollection<string> used)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != sha256)
            return false;
        foreach (var unused in _contents.Keys.Where(hash => !used.Contains(hash)).ToList())
        {
            if (Bytes + content.Length <= mostBytes)
                break;
            Bytes -= _contents[unused].Length;
            _contents.Remove(unused);
        }

        if (_contents.TryAdd(sha256, content))
            Bytes += content.Length;
        return true;
    }
}

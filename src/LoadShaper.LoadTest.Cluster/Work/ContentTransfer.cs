using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Distribution;

namespace LoadShaper.LoadTest.Cluster.Work;

/// <summary>Fetches a package and then its files, one part after the other, so that a slow link still has room for leases. It returns what to ask for.</summary>
internal sealed class ContentTransfer
{
    private readonly RunOffer _offer;
    private readonly ContentCache _cache;
    private readonly List<(string Sha256, long Length)> _contents;
    private byte[]? _buffer;
    private string? _receiving;
    private int _filled;

    public ContentTransfer(RunOffer offer, ContentCache cache)
    {
        (_offer, _cache) = (offer, cache);
        _contents = [(offer.Package, offer.PackageLength)];
    }

    /// <summary>Null until the package has arrived.</summary>
    public ScenarioPackage? Package { get; private set; }

    /// <summary>The next request; null: everything is here.</summary>
    /// <exception cref="FormatException">The package is damaged, or the files do not fit into the cache.</exception>
    public ContentRequest? Next()
    {
        while (true)
        {
            foreach (var (sha256, length) in _contents)
            {
                if (_cache.Find(sha256) is null && !Empty(sha256, length))
                    return Ask(sha256, length);
            }

            if (Package is not null)
                return null;
            Package = ScenarioPackage.Decode(_cache.Find(_offer.Package)!.Value.Span);
            _contents.AddRange(Package.Files.Select(file => (file.Sha256, file.Length)));
        }
    }

    /// <summary>Takes a part. False: it was not asked for, or has arrived before.</summary>
    /// <exception cref="FormatException">The content has another hash or length than it should.</exception>
    public bool Add(Content part)
    {
        if (_buffer is null || part.Sha256 != _receiving || part.Offset != _filled)
            return false;
        if (part.Bytes.Length == 0 || part.Bytes.Length > _buffer.Length - _filled)
            throw new FormatException($"Content {part.Sha256} has another length than the {_buffer.Length} bytes that were announced");
        part.Bytes.CopyTo(_buffer, _filled);
        _filled += part.Bytes.Length;
        if (_filled < _buffer.Length)
            return true;
        Keep(part.Sha256, _buffer);
        _buffer = null;
        return true;
    }

    private string[] Used => [.. _contents.Select(content => content.Sha256)];

    private bool Empty(string sha256, long length)
    {
        if (length == 0)
            Keep(sha256, []);
        return length == 0;
    }

    private void Keep(string sha256, byte[] content)
    {
        if (!_cache.Add(sha256, content, Used))
            throw new FormatException($"Content {sha256} was damaged on the way: its hash differs");
    }

    private ContentRequest Ask(string sha256, long length)
    {
        if (_buffer is null)
        {
            if ((Package is null && length > ScenarioPackage.MostBytes) || length > Array.MaxLength || !_cache.Fits(length, Used))
                throw new FormatException($"The scenario or its files are larger than a worker accepts: {length} more bytes do not fit. Use smaller data files");
            (_buffer, _receiving, _filled) = (new byte[length], sha256, 0);
        }

        return new ContentRequest(_offer.Run, sha256, _filled);
    }
}

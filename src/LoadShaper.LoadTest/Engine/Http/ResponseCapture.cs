namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>
/// Keeps the head and up to a limit of the body, for steps whose expectations or extractions need them. Its buffers grow
/// to the largest response seen, so that a steady run does not allocate.
/// </summary>
internal sealed class ResponseCapture
{
    private byte[] _head = [];
    private byte[] _body = [];
    private int _headLength;
    private int _bodyLength;
    private int _limit;

    internal ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);
    internal ReadOnlySpan<byte> Body => _body.AsSpan(0, _bodyLength);

    /// <summary>The body was longer than the limit; <see cref="Body"/> is its beginning.</summary>
    internal bool Truncated { get; private set; }

    internal void Limit(int bodyBytes) => _limit = bodyBytes;

    internal void Clear()
    {
        _headLength = _bodyLength = 0;
        Truncated = false;
    }

    internal void OnHead(ReadOnlySpan<byte> head)
    {
        if (_head.Length < head.Length)
            _head = new byte[Math.Max(1_024, head.Length)];
        head.CopyTo(_head);
        _headLength = head.Length;
    }

    internal void OnBody(ReadOnlySpan<byte> data)
    {
        var take = Math.Min(data.Length, _limit - _bodyLength);
        Truncated |= take < data.Length;
        if (_body.Length < _bodyLength + take)
            Array.Resize(ref _body, Math.Min(_limit, Math.Max(1_024, 2 * (_bodyLength + take))));
        data[..take].CopyTo(_body.AsSpan(_bodyLength));
        _bodyLength += take;
    }
}

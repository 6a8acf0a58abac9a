namespace LoadShaper.LoadTest.Engine.Http;

internal enum ParseResult
{
    NeedMore,
    Complete,
    Malformed,
}

/// <summary>
/// Incremental HTTP/1.1 response parser. Bytes may arrive in any fragments; a head that arrives in one piece is parsed
/// where it is, only fragments are copied. Bodies are counted, not kept, unless a <see cref="ResponseCapture"/> is given.
/// </summary>
internal sealed class ResponseParser
{
    /// <summary>Largest accepted status line with headers, and trailers.</summary>
    internal const int MaxHeadBytes = 64 * 1024;

    // One response with a large head must not cost every connection its size for the rest of the run.
    private const int KeptCarryBytes = 4 * 1024;

    private byte[]? _carry;
    private int _carried;
    private State _state;
    private bool _headRequest;
    private ResponseCapture? _capture;
    private ResponseHead _head;
    private long _remaining;
    private ChunkedBody _chunks;

    private enum State
    {
        Head,
        Length,
        UntilClose,
        Chunked,
        Complete,
        Malformed,
    }

    internal int Status => _head.Status;

    /// <summary>Whether the connection may be used again after this response.</summary>
    internal bool KeepAlive => _head.KeepAlive && _state == State.Complete;

    internal Malformed Reason { get; private set; }

    /// <summary>True as soon as a byte of the response arrived.</summary>
    internal bool Started { get; private set; }

    internal void Begin(bool headRequest, ResponseCapture? capture)
    {
        _state = State.Head;
        _headRequest = headRequest;
        _capture = capture;
        _carried = 0;
        if (_carry?.Length > KeptCarryBytes)
            _carry = null;
        _head = default;
        Started = false;
        Reason = Malformed.None;
        capture?.Clear();
    }

    /// <summary>Consumes bytes up to the end of the response. Bytes after it are left: <paramref name="consumed"/> is less than the length then.</summary>
    internal ParseResult Feed(ReadOnlySpan<byte> data, out int consumed)
    {
        consumed = 0;
        Started |= data.Length > 0;
        while (true)
        {
            var rest = data[consumed..];
            switch (_state)
            {
                case State.Complete:
                    return ParseResult.Complete;
                case State.Malformed:
                    return ParseResult.Malformed;
                case State.Head:
                    if (!FeedHead(rest, ref consumed))
                        return _state == State.Malformed ? ParseResult.Malformed : ParseResult.NeedMore;
                    break;
                case State.Length:
                    var take = (int)Math.Min(rest.Length, _remaining);
                    _capture?.OnBody(rest[..take]);
                    _remaining -= take;
                    consumed += take;
                    if (_remaining > 0)
                        return ParseResult.NeedMore;
                    _state = State.Complete;
                    break;
                case State.UntilClose:
                    _capture?.OnBody(rest);
                    consumed += rest.Length;
                    return ParseResult.NeedMore;
                default:
                    Reason = _chunks.Feed(rest, _capture, out var used, out var complete);
                    consumed += used;
                    if (Reason != Malformed.None)
                        _state = State.Malformed;
                    else if (complete)
                        _state = State.Complete;
                    else
                        return ParseResult.NeedMore;
                    break;
            }
        }
    }

    /// <summary>The peer closed: complete only for a body that ends with the connection.</summary>
    internal ParseResult EndOfStream()
    {
        if (_state != State.UntilClose)
            return _state == State.Complete ? ParseResult.Complete : ParseResult.NeedMore;
        _head.KeepAlive = false;
        _state = State.Complete;
        return ParseResult.Complete;
    }

    private bool FeedHead(ReadOnlySpan<byte> data, ref int consumed)
    {
        if (data.IsEmpty)
            return false;
        if (_carried == 0)
        {
            var end = EndOfHead(data, 0);
            if (end > MaxHeadBytes || (end < 0 && data.Length > MaxHeadBytes))
                return Fail(Malformed.HeadTooLarge);
            if (end >= 0)
            {
                consumed += end;
                return OnHead(data[..end]);
            }

            consumed += data.Length;
            Carry(data);
            return EarlyCheck();
        }

        var before = _carried;
        var fits = Math.Min(data.Length, MaxHeadBytes - before);
        Carry(data[..fits]);
        var found = EndOfHead(_carry.AsSpan(0, _carried), Math.Max(0, before - 3));
        if (found < 0)
        {
            consumed += fits;
            return fits < data.Length ? Fail(Malformed.HeadTooLarge) : EarlyCheck();
        }

        consumed += found - before;
        _carried = 0;
        return OnHead(_carry.AsSpan(0, found));
    }

    // Garbage must be an error at once, not a time-out: the first bytes of every response are known.
    private bool EarlyCheck()
    {
        var expected = "HTTP/1."u8;
        var start = _carry.AsSpan(0, Math.Min(_carried, expected.Length));
        return start.SequenceEqual(expected[..start.Length]) ? false : Fail(Malformed.StatusLine);
    }

    private bool OnHead(ReadOnlySpan<byte> head)
    {
        var reason = ResponseHead.TryParse(head, _headRequest, out _head);
        if (reason != Malformed.None)
            return Fail(reason);
        if (_head.Status == 101)
            return Fail(Malformed.Upgrade);
        if (_head.Status < 200)
            return true;
        _capture?.OnHead(head);
        _remaining = _head.ContentLength;
        _state = _head.Framing switch
        {
            BodyFraming.None => State.Complete,
            BodyFraming.Length => _remaining == 0 ? State.Complete : State.Length,
            BodyFraming.Chunked => State.Chunked,
            _ => State.UntilClose,
        };
        _chunks = default;
        return true;
    }

    private void Carry(ReadOnlySpan<byte> data)
    {
        if (_carry is null || _carry.Length < _carried + data.Length)
            Array.Resize(ref _carry, Math.Min(MaxHeadBytes, Math.Max(1024, 2 * (_carried + data.Length))));
        data.CopyTo(_carry.AsSpan(_carried));
        _carried += data.Length;
    }

    private bool Fail(Malformed reason)
    {
        Reason = reason;
        _state = State.Malformed;
        return false;
    }

    // Index after the empty line. A line may end with LF alone (RFC 9112, 2.2).
    private static int EndOfHead(ReadOnlySpan<byte> data, int from)
    {
        var rest = data[from..];
        var crlf = rest.IndexOf("\n\r\n"u8);
        var lf = (crlf < 0 ? rest : rest[..(crlf + 1)]).IndexOf("\n\n"u8);
        return lf >= 0 ? from + lf + 2 : crlf >= 0 ? from + crlf + 3 : -1;
    }
}

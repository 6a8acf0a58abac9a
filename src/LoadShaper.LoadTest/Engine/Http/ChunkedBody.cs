namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>State of a chunked body (RFC 9112, 7.1): chunk lines, data and trailers in any fragments.</summary>
internal struct ChunkedBody
{
    // 16 hexadecimal digits would overflow; 15 are 2^60 bytes.
    private const int MaxDigits = 15;
    private const int MaxExtensionBytes = 4_096;

    private State _state;
    private long _size;
    private int _digits;
    private int _bytes;

    private enum State
    {
        Size,
        Extension,
        Data,
        DataEnd,
        DataEndLf,
        TrailerStart,
        Trailer,
        TrailerEndLf,
    }

    internal Malformed Feed(ReadOnlySpan<byte> data, ResponseCapture? capture, out int used, out bool complete)
    {
        used = 0;
        complete = false;
        while (used < data.Length)
        {
            if (_state == State.Data)
            {
                var take = (int)Math.Min(_size, data.Length - used);
                capture?.OnBody(data.Slice(used, take));
                used += take;
                _size -= take;
                if (_size == 0)
                    _state = State.DataEnd;
                continue;
            }

            var reason = Step(data[used++], out complete);
            if (reason != Malformed.None || complete)
                return reason;
        }

        return Malformed.None;
    }

    private Malformed Step(byte b, out bool complete)
    {
        complete = false;
        switch (_state)
        {
            case State.Size:
                return OnSize(b);
            case State.Extension:
                if (b == '\n')
                    EndOfSizeLine();
                else if (++_bytes > MaxExtensionBytes)
                    return Malformed.ChunkSize;
                return Malformed.None;
            case State.DataEnd when b == '\r':
                _state = State.DataEndLf;
                return Malformed.None;
            case State.DataEnd or State.DataEndLf:
                if (b != '\n')
                    return Malformed.ChunkEnd;
                (_state, _size, _digits) = (State.Size, 0, 0);
                return Malformed.None;
            case State.TrailerStart when b == '\r':
                _state = State.TrailerEndLf;
                return Malformed.None;
            case State.TrailerStart or State.TrailerEndLf when b == '\n':
                complete = true;
                return Malformed.None;
            case State.TrailerEndLf:
                return Malformed.HeaderLine;
            default:
                _state = b == '\n' ? State.TrailerStart : State.Trailer;
                return ++_bytes > ResponseParser.MaxHeadBytes ? Malformed.TrailersTooLarge : Malformed.None;
        }
    }

    private Malformed OnSize(byte b)
    {
        if (char.IsAsciiHexDigit((char)b))
        {
            if (++_digits > MaxDigits)
                return Malformed.ChunkSize;
            _size = _size * 16 + (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
            return Malformed.None;
        }

        if (_digits == 0)
            return Malformed.ChunkSize;
        switch (b)
        {
            case (byte)'\n':
                EndOfSizeLine();
                return Malformed.None;
            case (byte)'\r' or (byte)';' or (byte)' ' or (byte)'\t':
                (_state, _bytes) = (State.Extension, 0);
                return Malformed.None;
            default:
                return Malformed.ChunkSize;
        }
    }

    private void EndOfSizeLine()
    {
        _state = _size == 0 ? State.TrailerStart : State.Data;
        _bytes = 0;
    }
}

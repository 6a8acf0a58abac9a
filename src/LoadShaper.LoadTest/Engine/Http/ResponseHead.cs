using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace LoadShaper.LoadTest.Engine.Http;

internal enum BodyFraming
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>Status line and the headers that decide where the body ends (RFC 9112, 6.3).</summary>
internal struct ResponseHead
{
    private static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    internal int Status;
    internal bool KeepAlive;
    internal BodyFraming Framing;
    internal long ContentLength;
    private bool _hasLength;
    private bool _hasTransferEncoding;
    private bool _chunked;

    /// <param name="head">Status line and headers with the empty line.</param>
    internal static Malformed TryParse(ReadOnlySpan<byte> head, bool headRequest, out ResponseHead result)
    {
        result = default;
        var line = NextLine(ref head);
        if (!line.StartsWith("HTTP/1."u8) || line.Length < 12 || line[8] != ' ' || line[7] is not ((byte)'0' or (byte)'1')
            || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var digits) || digits != 3 || status < 100
            || (line.Length > 12 && line[12] != ' '))
        {
            return Malformed.StatusLine;
        }

        var http11 = line[7] == '1';
        result.Status = status;
        result.KeepAlive = http11;
        for (line = NextLine(ref head); line.Length > 0; line = NextLine(ref head))
        {
            var reason = result.Header(line);
            if (reason != Malformed.None)
                return reason;
        }

        if (result._hasTransferEncoding && !http11)
            return Malformed.TransferEncodingInHttp10;
        if (result._hasTransferEncoding && result._hasLength)
            return Malformed.LengthAndTransferEncoding;
        result.Framing = headRequest || status is < 200 or 204 or 304 ? BodyFraming.None
            : result._chunked ? BodyFraming.Chunked
            : result._hasLength ? BodyFraming.Length
            : BodyFraming.UntilClose;
        if (result.Framing == BodyFraming.UntilClose)
            result.KeepAlive = false;
        return Malformed.None;
    }

    /// <summary>The line without its end, and the head behind it. Empty at the end of the head.</summary>
    internal static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        if (end < 0)
            return [];
        var line = head[..(end > 0 && head[end - 1] == '\r' ? end - 1 : end)];
        head = head[(end + 1)..];
        return line;
    }

    private Malformed Header(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t')
            return Malformed.HeaderFolded;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(Token) || line[colon..].ContainsAny((byte)0, (byte)'\r'))
            return Malformed.HeaderLine;
        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        switch (name.Length)
        {
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                return Length(value);
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                _hasTransferEncoding = true;
                // The last coding decides: only chunked has an end of its own.
                _chunked = Ascii.EqualsIgnoreCase(value[(value.LastIndexOf((byte)',') + 1)..].Trim(" \t"u8), "chunked"u8);
                return Malformed.None;
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                foreach (var part in value.Split((byte)','))
                {
                    var option = value[part].Trim(" \t"u8);
                    if (Ascii.EqualsIgnoreCase(option, "close"u8))
                        KeepAlive = false;
                    else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
                        KeepAlive = true;
                }

                return Malformed.None;
            default:
                return Malformed.None;
        }
    }

    private Malformed Length(ReadOnlySpan<byte> value)
    {
        // A list of equal values is one value (RFC 9112, 6.3).
        foreach (var part in value.Split((byte)','))
        {
            var text = value[part].Trim(" \t"u8);
            if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
                || !Utf8Parser.TryParse(text, out long length, out var used) || used != text.Length)
            {
                return Malformed.ContentLength;
            }

            if (_hasLength && length != ContentLength)
                return Malformed.ContentLengthConflict;
            (_hasLength, ContentLength) = (true, length);
        }

        return Malformed.None;
    }
}

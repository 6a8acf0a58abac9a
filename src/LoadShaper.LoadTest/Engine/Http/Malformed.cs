namespace LoadShaper.LoadTest.Engine.Http;

/// <summary>Why bytes are not a valid HTTP/1.1 response (RFC 9112).</summary>
internal enum Malformed
{
    None,
    StatusLine,
    HeaderLine,
    HeaderFolded,
    HeadTooLarge,
    ContentLength,
    ContentLengthConflict,
    LengthAndTransferEncoding,
    TransferEncodingInHttp10,
    ChunkSize,
    ChunkEnd,
    TrailersTooLarge,
    Upgrade,
    ExtraBytes,
}

internal static class MalformedFormatter
{
    internal static string Text(Malformed reason) => reason switch
    {
        Malformed.StatusLine => "malformed response: the first line is not 'HTTP/1.x <status>'",
        Malformed.HeaderLine => "malformed response: a header line is not 'name: value'",
        Malformed.HeaderFolded => "malformed response: a header line is folded",
        Malformed.HeadTooLarge => $"malformed response: headers of more than {ResponseParser.MaxHeadBytes / 1024} KiB",
        Malformed.ContentLength => "malformed response: Content-Length is not a number",
        Malformed.ContentLengthConflict => "malformed response: different Content-Length values",
        Malformed.LengthAndTransferEncoding => "malformed response: both Content-Length and Transfer-Encoding",
        Malformed.TransferEncodingInHttp10 => "malformed response: Transfer-Encoding in HTTP/1.0",
        Malformed.ChunkSize => "malformed response: a chunk size is not a hexadecimal number",
        Malformed.ChunkEnd => "malformed response: a chunk is longer than its size",
        Malformed.TrailersTooLarge => $"malformed response: trailers of more than {ResponseParser.MaxHeadBytes / 1024} KiB",
        Malformed.Upgrade => "malformed response: 101 without a request to upgrade",
        Malformed.ExtraBytes => "malformed response: more bytes than the response announces",
        _ => "malformed response",
    };
}

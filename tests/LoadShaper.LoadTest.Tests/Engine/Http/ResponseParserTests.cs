using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LoadShaper.LoadTest.Engine.Http;
using Xunit;

namespace LoadShaper.LoadTest.Tests.Engine.Http;

public class ResponseParserTests
{
    private sealed record Outcome(ParseResult Result, int Status, bool KeepAlive, int Consumed, string Body, Malformed Reason);

    private static Outcome Parse(byte[] bytes, IEnumerable<int> cuts, bool head = false, bool close = false)
    {
        var parser = new ResponseParser();
        var capture = new ResponseCapture();
        capture.Limit(1 << 20);
        parser.Begin(head, capture);
        var at = 0;
        var result = ParseResult.NeedMore;
        foreach (var end in cuts.Where(c => c > 0 && c < bytes.Length).Distinct().Order().Append(bytes.Length))
        {
            result = parser.Feed(bytes.AsSpan(at, end - at), out var consumed);
            Assert.InRange(consumed, 0, end - at);
            at += consumed;
            if (result != ParseResult.NeedMore)
                break;
            Assert.Equal(end, at);
        }

        if (close && result == ParseResult.NeedMore)
            result = parser.EndOfStream();
        return new Outcome(result, parser.Status, parser.KeepAlive, at, Encoding.Latin1.GetString(capture.Body), parser.Reason);
    }

    private static Outcome Parse(string text, bool head = false, bool close = false) => Parse(Encoding.Latin1.GetBytes(text), [], head, close);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, true, "hello")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", 200, true, "hello")]
    [InlineData("HTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, true, "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\nhello", 200, true, "hello")]
    [InlineData("HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 500, false, "x")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, false, "x")]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx", 200, true, "x")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", 204, true, "")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, true, "")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, true, "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n", 200, true, "abc0123456789")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n1\r\nz\r\n00\r\nTrailer: v\r\nB: c\r\n\r\n", 200, true, "z")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n", 200, true, "ab")]
    public void Valid_responses(string text, int status, bool keepAlive, string body)
    {
        var outcome = Parse(text);
        Assert.Equal(new Outcome(ParseResult.Complete, status, keepAlive, text.Length, body, Malformed.None), outcome);
    }

    [Theory]
    [InlineData("HTTP/2 200\r\n\r\n", Malformed.StatusLine)]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", Malformed.StatusLine)]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n", Malformed.StatusLine)]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", Malformed.StatusLine)]
    [InlineData("HTTP/1.1\r\n\r\n", Malformed.StatusLine)]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", Malformed.StatusLine)]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n", Malformed.StatusLine)]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", Malformed.HeaderLine)]
    [InlineData("HTTP/1.1 200 OK\r\nName : x\r\n\r\n", Malformed.HeaderLine)]
    [InlineData("HTTP/1.1 200 OK\r\n: x\r\n\r\n", Malformed.HeaderLine)]
    [InlineData("HTTP/1.1 200 OK\r\nA: x\0y\r\n\r\n", Malformed.HeaderLine)]
    [InlineData("HTTP/1.1 200 OK\r\nA: x\r\n folded\r\n\r\n", Malformed.HeaderFolded)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Malformed.ContentLength)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n\r\n", Malformed.ContentLength)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", Malformed.ContentLength)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", Malformed.ContentLength)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", Malformed.ContentLengthConflict)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Malformed.LengthAndTransferEncoding)]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Malformed.TransferEncodingInHttp10)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", Malformed.ChunkSize)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", Malformed.ChunkSize)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", Malformed.ChunkSize)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", Malformed.ChunkEnd)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", Malformed.Upgrade)]
    public void Malformed_responses(string text, object reason)
    {
        Assert.Equal((ParseResult.Malformed, (Malformed)reason), (Parse(text).Result, Parse(text).Reason));
    }

    [Fact]
    public void A_response_to_HEAD_has_no_body()
    {
        Assert.Equal(ParseResult.Complete, Parse("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", head: true).Result);
    }

    [Fact]
    public void A_body_without_length_ends_with_the_connection()
    {
        Assert.Equal(ParseResult.NeedMore, Parse("HTTP/1.1 200 OK\r\n\r\nabc").Result);
        var closed = Parse("HTTP/1.1 200 OK\r\n\r\nabc", close: true);
        Assert.Equal((ParseResult.Complete, false, "abc"), (closed.Result, closed.KeepAlive, closed.Body));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    public void A_connection_that_closes_early_does_not_complete_the_response(string text)
    {
        Assert.Equal(ParseResult.NeedMore, Parse(text, close: true).Result);
    }

    [Fact]
    public void Bytes_after_the_response_are_left()
    {
        var text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        var outcome = Parse(text + "HTTP/1.1 200 OK\r\n");
        Assert.Equal((ParseResult.Complete, text.Length), (outcome.Result, outcome.Consumed));
    }

    [Theory]
    [InlineData(ResponseParser.MaxHeadBytes, ParseResult.Complete)]
    [InlineData(ResponseParser.MaxHeadBytes + 1, ParseResult.Malformed)]
    public void The_head_is_bounded_in_one_piece_and_in_fragments(int size, object expected)
    {
        const string start = "HTTP/1.1 204 OK\r\nA: ";
        var bytes = Encoding.Latin1.GetBytes(start + new string('x', size - start.Length - 4) + "\r\n\r\n");
        Assert.Equal((ParseResult)expected, Parse(bytes, []).Result);
        Assert.Equal((ParseResult)expected, Parse(bytes, Enumerable.Range(0, 100).Select(i => i * 1_000)).Result);
        Assert.Equal((ParseResult)expected, Parse(bytes, [size - 1]).Result);
    }

    private static Gen<string> ValidResponse()
    {
        var body = Gen.Elements("", "x", "hello", new string('b', 300), "a\r\n\r\nb", "\n\n\0\n");
        var extra = Gen.Elements("", "X-A: 1\r\n", "Date: now\r\nX-Long: " + new string('h', 500) + "\r\n", "Connection: close\r\n");
        var interim = Gen.Elements("", "HTTP/1.1 100 Continue\r\n\r\n");
        var chunk = body.Where(b => b.Length > 0).Select(b => $"{b.Length:x}\r\n{b}\r\n");
        var length = body.Select(b => $"Content-Length: {b.Length}\r\n\r\n{b}");
        var chunked = chunk.ListOf().Select(c => "Transfer-Encoding: chunked\r\n\r\n" + string.Concat(c) + "0\r\n\r\n");
        return interim.SelectMany(i => extra.SelectMany(e => Gen.OneOf(length, chunked).Select(b => $"{i}HTTP/1.1 200 OK\r\n{e}{b}")));
    }

    [Fact]
    public void Fragments_do_not_change_the_result()
    {
        var input = ValidResponse().SelectMany(text => Gen.Choose(0, text.Length).ListOf().Select(cuts => (text, cuts))).ToArbitrary();
        Prop.ForAll(input, x =>
        {
            var bytes = Encoding.Latin1.GetBytes(x.text);
            var whole = Parse(bytes, []);
            Assert.Equal(ParseResult.Complete, whole.Result);
            Assert.Equal(bytes.Length, whole.Consumed);
            Assert.Equal(whole, Parse(bytes, x.cuts));
            Assert.Equal(whole, Parse(bytes, Enumerable.Range(0, bytes.Length)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Damaged_responses_do_not_throw_or_loop_or_depend_on_fragments()
    {
        var input = ValidResponse().SelectMany(text =>
            Gen.Choose(0, text.Length - 1).SelectMany(at =>
                Gen.Choose(0, 255).SelectMany(b =>
                    Gen.Choose(0, text.Length).ListOf().Select(cuts => (text, at, b, cuts))))).ToArbitrary();
        Prop.ForAll(input, x =>
        {
            var bytes = Encoding.Latin1.GetBytes(x.text);
            bytes[x.at] = (byte)x.b;
            var (whole, parts) = (Parse(bytes, []), Parse(bytes, x.cuts));
            Assert.Equal(whole.Result, parts.Result);
            if (whole.Result == ParseResult.Complete)
                Assert.Equal(whole, parts);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_parser_can_be_used_again_after_a_failure()
    {
        var parser = new ResponseParser();
        parser.Begin(false, null);
        Assert.Equal(ParseResult.Malformed, parser.Feed("garbage"u8, out _));
        parser.Begin(false, null);
        Assert.Equal(ParseResult.Complete, parser.Feed("HTTP/1.1 204 No\r\n\r\n"u8, out _));
    }

    [Fact]
    public void The_capture_keeps_the_head_and_the_beginning_of_the_body()
    {
        var parser = new ResponseParser();
        var capture = new ResponseCapture();
        capture.Limit(4);
        parser.Begin(false, capture);
        parser.Feed("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 6\r\n\r\n123456"u8, out _);
        Assert.Equal("1234", Encoding.ASCII.GetString(capture.Body));
        Assert.True(capture.Truncated);
        Assert.Contains("A: b", Encoding.ASCII.GetString(capture.Head));
    }
}

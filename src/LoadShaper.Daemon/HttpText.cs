using System.Text;

namespace LoadShaper.Daemon;

/// <summary>The text of an HTTP answer. JSON and PEM are UTF-8; a charset that the answer names is not looked up, because an unknown one would throw.</summary>
internal static class HttpText
{
    public static string Of(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body);
}

using System.Text.RegularExpressions;

namespace LoadShaper.Domain.Secrets;

/// <summary>
/// The one function that makes a text with URLs safe to show in `config`, `doctor`, logs, /health, metrics and the journal. Of a URL
/// the scheme, the host and the port remain; credentials, path, query and fragment become ***.
/// </summary>
public static partial class Redaction
{
    /// <summary>Replaces a hidden value.</summary>
    public const string Hidden = "***";

    /// <summary>The value of a secret setting: entries `URL` or `NAME=URL`, comma separated. An entry that is no URL is hidden whole.</summary>
    public static string Value(string text) => string.Join(',', text.Split(',').Select(entry => Entry(entry.Trim())));

    /// <summary>Free text, as the message of an exception: every URL in it is redacted.</summary>
    public static string Text(string text) => UrlInText().Replace(text, found => Url(found.Value));

    /// <summary>One URL.</summary>
    public static string Url(string text)
    {
        if (SchemeOf().Match(text) is not { Success: true } scheme)
            return Hidden;
        var hidden = scheme.Value + Hidden;
        if (Parts().Match(text) is not { Success: true } url)
            return hidden;
        var (host, rest) = (url.Groups["host"].Value, url.Groups["rest"].Value);
        // A @ behind the host: a password may have contained the / that seems to end the host.
        if (rest.Contains('@'))
            return hidden;
        // A single word without a port and without a path is more likely a topic or a token than a host.
        var isHost = rest.Length > 1 || url.Groups["port"].Success || host.Contains('.') || host.Contains(':') || host == "localhost";
        return isHost
            ? scheme.Value + (url.Groups["user"].Success ? Hidden + "@" : "") + host + url.Groups["port"].Value + (rest.Length > 1 ? "/" + Hidden : "")
            : hidden;
    }

    private static string Entry(string text) =>
        text == "" ? ""
        : NameBefore().Match(text) is { Success: true } named ? named.Value + Url(text[named.Length..])
        : Url(text);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]{0,31}://")]
    private static partial Regex SchemeOf();

    [GeneratedRegex(@"^[^:/]+://(?<user>[^@/?#]*@)?(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?<port>:[0-9]{1,5})?(?<rest>[/?#][^\s]*)?$")]
    private static partial Regex Parts();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,63}=(?=[A-Za-z][A-Za-z0-9+.-]*://)")]
    private static partial Regex NameBefore();

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9+.-]*://[^\s'""<>]+")]
    private static partial Regex UrlInText();
}

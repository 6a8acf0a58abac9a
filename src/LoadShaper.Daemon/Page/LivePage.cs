using System.Security.Cryptography;
using System.Text;

namespace LoadShaper.Daemon.Page;

/// <summary>The document of GET /: one HTML file put together from the embedded parts, and the policy that lets nothing else run.</summary>
internal sealed class LivePage
{
    private static readonly Lazy<LivePage> Built = new(() => new LivePage());

    private LivePage()
    {
        var (style, script) = (Part("page.css"), string.Concat(Part("charts.js"), Part("page.js")));
        Html = Encoding.UTF8.GetBytes(Part("page.html").Replace("/*style*/", style, StringComparison.Ordinal).Replace("/*script*/", script, StringComparison.Ordinal));
        ContentSecurityPolicy =
            $"default-src 'none'; script-src '{Hash(script)}'; style-src '{Hash(style)}'; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Html))[..16]}\"";
    }

    /// <summary>Read and hashed when a browser asks for it first.</summary>
    public static LivePage Instance => Built.Value;

    /// <summary>UTF-8.</summary>
    public byte[] Html { get; }

    /// <summary>The one script and the one style sheet by their hashes; figures from this host alone.</summary>
    public string ContentSecurityPolicy { get; }

    public string ETag { get; }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Part(string name)
    {
        using var stream = typeof(LivePage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using System.Security.Cryptography;
using System.Text;

namespace LoadShaper.Domain.Network.Hello;

/// <summary>NET_KEY: the secret that sender and receiver share. It is never printed.</summary>
public sealed class NetworkKey
{
    /// <summary>Shorter texts can be guessed.</summary>
    public const int ShortestText = 16;

    private readonly byte[] _key;

    public NetworkKey(string text) => _key = SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>HMAC-SHA256 of a message (RFC 2104).</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> mac) => HMACSHA256.HashData(_key, message, mac);

    /// <summary>Never the key.</summary>
    public override string ToString() => "(set)";
}

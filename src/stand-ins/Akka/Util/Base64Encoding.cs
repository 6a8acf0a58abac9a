#nullable disable
using System.Text;

namespace Akka.Util;

/// <summary>Numbers as short names of letters and digits, the lowest digit first: 0 is $a.</summary>
public static class Base64Encoding
{
    public const string Base64Chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    public static string Base64Encode(this long value) => Base64Encode(value, "$");

    public static string Base64Encode(this long value, string prefix)
    {
        var text = new StringBuilder(prefix);
        var next = value;
        do
        {
            text.Append(Base64Chars[(int)(next & 63)]);
            next >>= 6;
        }
        while (next != 0);
        return text.ToString();
    }
}

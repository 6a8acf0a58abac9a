namespace LoadShaper.Domain.Secrets;

/// <summary>A URL of which a part is a secret. Everything that prints it prints <see cref="Shown"/>; only <see cref="Reveal"/> gives the URL.</summary>
/// <param name="address">The http or https URL that is called.</param>
/// <param name="text">As the user wrote it, with the scheme of the setting.</param>
public sealed class SecretUrl(Uri address, string text) : IEquatable<SecretUrl>
{
    /// <summary>Redacted; safe in every output.</summary>
    public string Shown { get; } = Redaction.Url(text);

    /// <summary>The URL to call, credentials included. Never log it.</summary>
    public Uri Reveal() => address;

    public bool Equals(SecretUrl? other) => other is not null && other.Reveal().OriginalString == address.OriginalString;

    public override bool Equals(object? other) => Equals(other as SecretUrl);

    public override int GetHashCode() => address.OriginalString.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Shown;
}

#nullable disable
namespace Akka.Actor;

/// <summary>Where an actor system lives: protocol, name and, for a remote one, host and port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    private readonly string _text;

    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        _text = host is null ? $"{protocol}://{system}" : port is null ? $"{protocol}://{system}@{Host}" : $"{protocol}://{system}@{Host}:{port}";
    }

    public string Protocol { get; }

    public string System { get; }

    public string Host { get; }

    public int? Port { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !HasLocalScope;

    public int CompareTo(Address other) => string.CompareOrdinal(_text, other?._text);

    public bool Equals(Address other) => other is not null && _text == other._text;

    public override bool Equals(object obj) => obj is Address other && Equals(other);

    public override int GetHashCode() => _text.GetHashCode();

    public override string ToString() => _text;

    public static bool operator ==(Address left, Address right) => Equals(left, right);

    public static bool operator !=(Address left, Address right) => !Equals(left, right);
}

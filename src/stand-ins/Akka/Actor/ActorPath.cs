#nullable disable
namespace Akka.Actor;

/// <summary>The name of an actor from the root down: akka://system/user/parent/child, with the uid of this incarnation beside it.</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private string _text;

    private protected ActorPath(Address address, ActorPath parent, string name, long uid)
    {
        Address = address;
        Parent = parent ?? this;
        Name = name;
        Uid = uid;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    public Address Address { get; }

    public string Name { get; }

    public ActorPath Parent { get; }

    public int Depth { get; }

    /// <summary>Tells one incarnation from the next of the same name; not part of equality.</summary>
    public long Uid { get; }

    public ActorPath Root => ParentOf(0);

    /// <summary>The names from below the root down to this one.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            if (Depth == 0) return [""];
            var names = new string[Depth];
            var path = this;
            for (var i = Depth - 1; i >= 0; i--, path = path.Parent) names[i] = path.Name;
            return names;
        }
    }

    internal bool IsRoot => Depth == 0;

    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$') return false;
        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c)) continue;
            if (c == '%' && i + 2 < s.Length && char.IsAsciiHexDigit(s[i + 1]) && char.IsAsciiHexDigit(s[i + 2]))
            {
                i += 2;
                continue;
            }

            return false;
        }

        return true;
    }

    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null;
        if (path is null || !Uri.TryCreate(path, UriKind.Absolute, out var uri) || !path.Contains("://", StringComparison.Ordinal)) return false;
        if (!uri.Scheme.StartsWith("akka", StringComparison.OrdinalIgnoreCase)) return false;

        // akka://system/user/a and akka.tcp://system@host:port/user/a#uid
        var rest = path.AsSpan(path.IndexOf("://", StringComparison.Ordinal) + 3);
        var slash = rest.IndexOf('/');
        var authority = (slash < 0 ? rest : rest[..slash]).ToString();
        var at = authority.IndexOf('@');
        Address address;
        if (at < 0)
        {
            if (authority.Length == 0) return false;
            address = new Address(uri.Scheme, authority);
        }
        else
        {
            var colon = authority.LastIndexOf(':');
            if (colon < at || !int.TryParse(authority.AsSpan(colon + 1), out var port)) return false;
            address = new Address(uri.Scheme, authority[..at], authority[(at + 1)..colon], port);
        }

        actorPath = new RootActorPath(address);
        if (slash < 0) return true;
        foreach (var element in rest[(slash + 1)..].ToString().Split('/', StringSplitOptions.RemoveEmptyEntries)) actorPath /= element;
        return true;
    }

    public static string FormatPathElements(IEnumerable<string> pathElements) => string.Join('/', pathElements);

    public ActorPath Child(string childName) => this / childName;

    /// <summary>The ancestor at this depth, counted from the root; negative counts from here.</summary>
    public ActorPath ParentOf(int depth)
    {
        var path = this;
        if (depth >= 0)
        {
            while (path.Depth > depth) path = path.Parent;
        }
        else
        {
            for (var i = depth; i < 0; i++) path = path.Parent;
        }

        return path;
    }

    public ActorPath WithUid(long uid) =>
        uid == Uid ? this : IsRoot ? throw new NotSupportedException("RootActorPath must not have uid") : new ChildActorPath(Parent, Name, uid);

    public string ToStringWithoutAddress() => IsRoot ? "/" : "/" + string.Join('/', Elements);

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    public string ToStringWithAddress(Address address) =>
        (Address.Host is null ? address : Address) + ToStringWithoutAddress();

    public string ToStringWithUid() => Uid == ActorCell.UndefinedUid ? ToStringWithAddress() : $"{ToStringWithAddress()}#{Uid}";

    public string ToSerializationFormat() => ToStringWithUid();

    public bool Equals(ActorPath other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Depth != other.Depth) return false;
        ActorPath a = this, b = other;
        for (; a.Depth > 0; a = a.Parent, b = b.Parent)
        {
            if (ReferenceEquals(a, b)) return true;
            if (a.Name != b.Name) return false;
        }

        return a.Address.Equals(b.Address);
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, Depth, Depth > 0 ? Parent.Name : null);

    public int CompareTo(ActorPath other) => string.CompareOrdinal(ToString(), other?.ToString());

    public override string ToString() => _text ??= ToStringWithAddress();

    public static ActorPath operator /(ActorPath path, string name)
    {
        var hash = name.IndexOf('#');
        return hash < 0 ? new ChildActorPath(path, name, ActorCell.UndefinedUid) : new ChildActorPath(path, name[..hash], long.Parse(name.AsSpan(hash + 1)));
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
    {
        foreach (var element in name)
        {
            if (element.Length > 0) path /= element;
        }

        return path;
    }

    public static bool operator ==(ActorPath left, ActorPath right) => Equals(left, right);

    public static bool operator !=(ActorPath left, ActorPath right) => !Equals(left, right);
}

public sealed class RootActorPath : ActorPath
{
    public RootActorPath(Address address, string name = "")
        : base(address, null, name, ActorCell.UndefinedUid)
    {
    }
}

public sealed class ChildActorPath : ActorPath
{
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath.Address, parentPath, name, uid)
    {
    }
}

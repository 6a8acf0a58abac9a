using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Settings read from HOCON, by dotted path; a key with dots in it is quoted. Never changes.</summary>
public class Config
{
    public static readonly Config Empty = ConfigurationFactory.Empty;

    internal Config(HoconValue root) => Root = root;

    public virtual HoconValue Root { get; }

    public virtual bool IsEmpty => Root.IsEmpty;

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public virtual bool HasPath(string path) => GetValue(path) is not null;

    public HoconValue? GetValue(string path)
    {
        HoconValue? node = Root;
        foreach (var key in HoconPath.Split(path))
            node = node?.GetChildObject(key);
        return node;
    }

    /// <summary>The settings under a path, or null when there are none.</summary>
    public virtual Config? GetConfig(string path) => GetValue(path) is { } node ? new Config(node) : null;

    public virtual string? GetString(string path, string? @default = null) =>
        Get(path, @default, static v => v.GetString());

    public virtual bool GetBoolean(string path, bool @default = false) =>
        Get(path, @default, static v => v.GetBoolean());

    public virtual int GetInt(string path, int @default = 0) => Get(path, @default, static v => v.GetInt());

    public virtual long GetLong(string path, long @default = 0) => Get(path, @default, static v => v.GetLong());

    public virtual float GetFloat(string path, float @default = 0) => Get(path, @default, static v => v.GetFloat());

    public virtual double GetDouble(string path, double @default = 0) =>
        Get(path, @default, static v => v.GetDouble());

    public virtual decimal GetDecimal(string path, decimal @default = 0) =>
        Get(path, @default, static v => v.GetDecimal());

    /// <summary>A duration; a number without a unit is in milliseconds, <c>infinite</c> is <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Get(path, @default.GetValueOrDefault(), v => v.GetTimeSpan(allowInfinite));

    /// <summary>A size in bytes: <c>k</c> and <c>KiB</c> are 1024, <c>kB</c> is 1000.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    public virtual long? GetByteSize(string path, long? def = null) => Get(path, def, static v => v.GetByteSize());

    /// <summary>The texts of an array; empty when there is none.</summary>
    public virtual IList<string?> GetStringList(string path) =>
        Get<IList<string?>>(path, [], static v => v.GetStringList());

    public virtual IList<int> GetIntList(string path) => Get<IList<int>>(path, [], static v => v.GetIntList());

    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject()?.Items ?? [];

    /// <summary>These settings, and where they say nothing those of <paramref name="fallback"/>.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        if (fallback is null)
            return this;
        if (IsEmpty)
            return fallback;
        return Root.GetObject() is { } own && fallback.Root.GetObject() is { } other
            ? new Config(new HoconValue(own.WithFallback(other)))
            : this;
    }

    public override string ToString() => Root.ToString();

    private T Get<T>(string path, T @default, Func<HoconValue, T> read)
    {
        if (GetValue(path) is not { } value)
            return @default;
        try
        {
            return read(value);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
        catch (OverflowException e)
        {
            throw new OverflowException($"{path}: {e.Message}", e);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"{path}: {e.Message}", e);
        }
    }
}

public static class ConfigExtensions
{
    public static bool IsNullOrEmpty(this Config? config) => config is null || config.IsEmpty;

    public static Config? SafeWithFallback(this Config? config, Config? fallback) =>
        config is null || ReferenceEquals(config, fallback) ? fallback : config.WithFallback(fallback);
}

namespace LoadShaper.LoadTest.Faults.Model;

/// <summary>A whole configuration file.</summary>
public sealed record FaultConfiguration
{
    /// <summary>Where the HTTP interface listens, always on loopback; null: nowhere.</summary>
    public Endpoint? Control { get; init; }
    public ulong Seed { get; init; } = 1;
    public IReadOnlyList<FaultPolicy> Policies { get; init; } = [];
    public IReadOnlyList<FaultRule> Rules { get; init; } = [];
    public IReadOnlyList<ProxySettings> Proxies { get; init; } = [];
    public DnsSettings? Dns { get; init; }
}

/// <param name="Host">An address, a name, or `unix` with the path in <paramref name="UnixPath"/>.</param>
public sealed record Endpoint(string Host, int Port, string? UnixPath = null)
{
    public override string ToString() => UnixPath is not null ? $"unix:{UnixPath}" : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

public sealed record ProxySettings
{
    public required string Name { get; init; }

    /// <summary>Tcp or Udp.</summary>
    public FaultProtocol Protocol { get; init; } = FaultProtocol.Tcp;

    /// <summary>An address and a port; port 0 takes a free one.</summary>
    public required Endpoint Listen { get; init; }
    public required Endpoint Upstream { get; init; }

    /// <summary>False: nothing listens.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>This policy in place of what the rules say; null: the rules decide.</summary>
    public FaultPolicy? Policy { get; init; }
    public ulong Seed { get; init; } = 1;

    /// <summary>Connections or UDP sessions at the same time; further ones are refused and counted.</summary>
    public int MaxConnections { get; init; } = 20_000;
}

/// <summary>The small resolver of `fault dns`.</summary>
public sealed record DnsSettings
{
    public required Endpoint Listen { get; init; }

    /// <summary>Asked for every name that <see cref="Hosts"/> lacks; null: such names do not exist.</summary>
    public Endpoint? Upstream { get; init; }

    /// <summary>Addresses by name, lower case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<System.Net.IPAddress>> Hosts { get; init; } = new Dictionary<string, IReadOnlyList<System.Net.IPAddress>>();

    /// <summary>In place of the rules; null: the rules decide.</summary>
    public FaultPolicy? Policy { get; init; }
}

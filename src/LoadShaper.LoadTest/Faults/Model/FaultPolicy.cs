namespace LoadShaper.LoadTest.Faults.Model;

/// <summary>A named set of faults, as a configuration file, a scenario or a ready profile has it.</summary>
public sealed record FaultPolicy
{
    public required string Name { get; init; }

    /// <summary>From the client to the server.</summary>
    public LinkFaults Uplink { get; init; } = LinkFaults.None;

    /// <summary>From the server to the client.</summary>
    public LinkFaults Downlink { get; init; } = LinkFaults.None;

    public ConnectionFaults Connection { get; init; } = ConnectionFaults.None;

    /// <summary>Faults of name look-ups; null: none.</summary>
    public DnsFaults? Dns { get; init; }

    /// <summary>How strong the faults are over time; null: always fully.</summary>
    public FaultSchedule? Schedule { get; init; }

    public static FaultPolicy Nothing { get; } = new() { Name = "none" };
}

/// <summary>Faults of a connection as a whole. They exist on TCP only.</summary>
public sealed record ConnectionFaults
{
    public static ConnectionFaults None { get; } = new();

    /// <summary>
    /// Share of connections that are refused. At 1 nothing listens, so that the client's kernel answers ECONNREFUSED; below 1
    /// the connection is accepted and reset at once.
    /// </summary>
    public double Refuse { get; init; }

    /// <summary>Both sides get a RST; null: never.</summary>
    public ConnectionEvent? Reset { get; init; }

    /// <summary>The server side is reset, the client is not informed, and what it sends disappears; null: never.</summary>
    public ConnectionEvent? HalfOpen { get; init; }

    /// <summary>No byte moves in either direction while the connection stays open; null: never.</summary>
    public StallFaults? Stall { get; init; }

    /// <summary>Bytes of both directions together after which the connection is closed in good order (FIN); null: no limit.</summary>
    public long? LimitBytes { get; init; }

    public bool IsNone => this == None;
}

/// <summary>Something that happens once in a connection's life, when the time or the bytes are reached, whichever is first.</summary>
/// <param name="Probability">Share of connections that it happens to, 0 to 1.</param>
/// <param name="After">Since the connection was accepted; null: not by time.</param>
/// <param name="AfterBytes">Of both directions together; null: not by bytes.</param>
public sealed record ConnectionEvent(double Probability, TimeSpan? After, long? AfterBytes);

/// <param name="Start">When it begins.</param>
/// <param name="For">How long it lasts; null: to the end of the connection.</param>
public sealed record StallFaults(ConnectionEvent Start, TimeSpan? For);

/// <summary>Faults of name look-ups. At most one of the last three happens to a query.</summary>
/// <param name="Delay">Before the answer.</param>
/// <param name="Timeout">Share of queries without an answer.</param>
/// <param name="NxDomain">Share of queries that are answered "no such name".</param>
/// <param name="ServFail">Share of queries that are answered "server failure".</param>
public sealed record DnsFaults(TimeSpan Delay, double Timeout, double NxDomain, double ServFail)
{
    public DnsFaults At(double strength) => strength >= 1 ? this : new DnsFaults(Delay * strength, Timeout * strength, NxDomain * strength, ServFail * strength);
}

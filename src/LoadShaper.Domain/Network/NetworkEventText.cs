using System.Globalization;
using LoadShaper.Domain.Network.Ledger;
using LoadShaper.Domain.Network.Peers;
using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Network;

/// <summary>Events of the network protection in one line, the same in the log and in the replay.</summary>
public static class NetworkEventText
{
    /// <returns>Null for an event of another topic.</returns>
    public static string? Of(IEvent happened) => happened switch
    {
        FallbackActivated e => $"traffic on: {Why(e)}",
        FallbackDeactivated e => $"traffic off: {Describe(e.Cause)}",
        GeneratorChanged e => $"traffic generator {Name(e.From)} -> {Name(e.To)}: {Why(e)}",
        PeerChanged e => Of(e),
        TrafficReserved e => $"traffic {Month(e.Month)}: {Describe(e.Sent)} sent, {Gigabytes(e.Reserved.Total)} reserved",
        BudgetLevelChanged e => $"traffic budget {Describe(e.To)}: {Gigabytes(e.Counted)} of {Gigabytes(e.Budget)} used this month",
        _ => null,
    };

    public static string Describe(FallbackEnd cause) => cause switch
    {
        FallbackEnd.NotNeeded => "no longer needed",
        FallbackEnd.GateClosed => "the gate closed",
        FallbackEnd.ReadingMissing => "the interface cannot be read",
        FallbackEnd.BudgetReached => "the traffic budget of the month is used",
        _ => "no state received for too long",
    };

    public static string Describe(PeerTrouble trouble) => trouble switch
    {
        PeerTrouble.NotResolved => "its name cannot be resolved",
        PeerTrouble.NotOneMachine => "multicast, broadcast or no address at all",
        PeerTrouble.ThisMachine => "it is this machine",
        PeerTrouble.Private => "a private address, refused by NET_REQUIRE_EXTERNAL",
        PeerTrouble.Refused => "no process listens on the port",
        PeerTrouble.Unreachable => "no route, or the system refuses to send",
        PeerTrouble.PacketTooLarge => "packets are larger than the path allows",
        PeerTrouble.NoAnswer => "no answer to the hello: no receiver, another NET_KEY, clocks that differ, or a firewall",
        PeerTrouble.KeyRequired => "a public address needs NET_KEY",
        PeerTrouble.Stalled => "sent data is not acknowledged",
        _ => "no data packet arrives",
    };

    public static string Describe(BudgetLevel level) => level switch
    {
        BudgetLevel.Within => "available",
        BudgetLevel.Warning => "at 80 %",
        _ => "reached",
    };

    /// <summary>"12.345 GB external, 0.000 GB private".</summary>
    public static string Describe(Traffic traffic) =>
        $"{Gigabytes(traffic.External)} external, {Gigabytes(traffic.Private)} private";

    public static string Gigabytes(ByteSize size) =>
        string.Create(CultureInfo.InvariantCulture, $"{(double)size.Bytes / BudgetSettings.Gigabyte:0.000} GB");

    public static string Month(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static string Name(GeneratorPhase phase) => phase switch
    {
        GeneratorPhase.ActiveUdp => "active over UDP",
        GeneratorPhase.ActiveTcp => "active over TCP",
        _ => phase.ToString().ToLowerInvariant(),
    };

    // Journals of earlier builds do not have NET_ACTIVATION; a risk shows in the input.
    private static string Why(FallbackActivated activated) => activated.Activation switch
    {
        NetworkActivation.Always => "NET_ACTIVATION is always",
        NetworkActivation.Adaptive => "every other metric is at risk",
        _ => "it was wanted, by NET_ACTIVATION=always or because every other metric was at risk",
    };

    private static string Why(GeneratorChanged changed) => changed.To switch
    {
        GeneratorPhase.Off when changed.Input.Forced => "traffic must stop",
        GeneratorPhase.Off => "no traffic is wanted",
        GeneratorPhase.Initializing => "no peer has an address yet",
        GeneratorPhase.Validating => "no peer has agreed yet",
        GeneratorPhase.Error => $"none of {changed.Input.Peers} peers receives",
        _ => $"{changed.Input.Udp + changed.Input.Tcp} of {changed.Input.Peers} peers receive",
    };

    private static string Of(PeerChanged e)
    {
        var name = e.Address is null || e.Address == e.Peer ? e.Peer : $"{e.Peer} ({e.Address})";
        var loss = e.Loss is { } share ? string.Create(CultureInfo.InvariantCulture, $", loss {100 * share:0.#} %") : "";
        return e.To switch
        {
            PeerPhase.Up => string.Create(CultureInfo.InvariantCulture, $"peer {name} receives{loss}, reputation {e.Reputation:0}"),
            PeerPhase.Down => string.Create(CultureInfo.InvariantCulture,
                $"peer {name} does not receive: {(e.Trouble is { } trouble ? Describe(trouble) : "no answer")}{loss}, reputation {e.Reputation:0}"),
            _ => $"peer {name} is not known yet",
        };
    }
}

namespace LoadShaper.Domain.Network.Hello;

/// <summary>What a message of the handshake is.</summary>
public enum HelloKind : byte
{
    /// <summary>A sender asks to send.</summary>
    Hello = 1,

    /// <summary>The receiver agrees, and reports what it received.</summary>
    Welcome = 2,
}

/// <summary>
/// A message of the handshake between a sender of traffic and its receiver; 96 bytes, the answer as long as the question.
/// A sender sends traffic only to a receiver that answered its hello.
/// </summary>
/// <param name="Time">Of the sender's clock; the answer repeats it.</param>
/// <param name="Nonce">Chosen by the sender, used once; the answer repeats it.</param>
/// <param name="Session">Chosen by the sender; every data packet carries it.</param>
/// <param name="Packets">Data packets of the session that the receiver got; 0 in a hello.</param>
/// <param name="Bytes">Their payload.</param>
/// <param name="Highest">Highest sequence number among them; they begin with 1.</param>
public readonly record struct HelloMessage(
    HelloKind Kind, DateTimeOffset Time, UInt128 Nonce, ulong Session, ulong Packets = 0, ulong Bytes = 0, ulong Highest = 0);

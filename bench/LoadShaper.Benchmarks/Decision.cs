using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;

namespace LoadShaper.Benchmarks;

/// <summary>An event about as large as a slot decision of the daemon.</summary>
public sealed record Decision(DateTimeOffset At, long Slot, string Kind, double Exceedance, double Target, double Busy, double Load, bool GateOpen)
{
    public static readonly Decision Usual = new(
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 29_376_000, "high", 6.25, 25.5, 3.75, 0.42, true);
}

public sealed class DecisionSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4712;

    public override string Manifest(object o) => "decision.v1";

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes((Decision)obj);

    public override object FromBinary(byte[] bytes, string manifest) => JsonSerializer.Deserialize<Decision>(bytes)!;
}

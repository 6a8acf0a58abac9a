using System.Text.Json;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Units;

namespace LoadShaper.Journal;

/// <summary>
/// Reads slot-decided.1, which nearly all rows of a journal are, in a third of the serializer's time. Everything that is
/// not written exactly as today is left to <see cref="EventWire"/>.
/// </summary>
internal static class SlotDecidedReader
{
    public const string Manifest = "slot-decided.1";

    [Flags]
    private enum Seen
    {
        None = 0,
        Slot = 1,
        Kind = 2,
        Intensity = 4,
        Input = 8,
        At = 16,
        Gate = 32,
        P95 = 64,
        P95Five = 128,
        P95Hour = 256,
        RealHolds = 512,
        Pace = 1024,
        Foreign = 2048,
        Noise = 4096,
        Steal = 8192,
        All = 16383,
    }

    /// <returns>Null where the payload is something else.</returns>
    public static SlotDecided? TryRead(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            var fields = new Fields();
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && fields.ReadEvent(ref reader) && !reader.Read()
                ? fields.ToEvent()
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private ref struct Fields
    {
        private Seen _seen;
        private Slot _slot;
        private SlotKind _kind;
        private double _intensity, _p95, _p95Five, _p95Hour, _pace, _foreign, _noise, _steal;
        private double? _slotMean, _load;
        private bool? _beforeWasHigh;
        private DateTimeOffset _at;
        private GatePosition _gate;
        private int _realHolds;
        private IdleMetric? _savedBy;

        public bool ReadEvent(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var known =
                    reader.ValueTextEquals("slot"u8) ? ReadSlot(ref reader)
                    : reader.ValueTextEquals("kind"u8) ? ReadKind(ref reader)
                    : reader.ValueTextEquals("intensity"u8) ? ReadNumber(ref reader, Seen.Intensity, out _intensity)
                    : reader.ValueTextEquals("beforeWasHigh"u8) ? ReadBefore(ref reader)
                    : reader.ValueTextEquals("input"u8) && reader.Read() && reader.TokenType == JsonTokenType.StartObject && ReadInput(ref reader);
                if (!known)
                    return false;
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }

        public readonly SlotDecided? ToEvent() => _seen == Seen.All && _intensity is >= 0 and <= 100
            ? new SlotDecided(
                new P95Input(_at, _gate, _p95, _p95Five, _p95Hour, _realHolds, _pace, _foreign, _slotMean, _load, _noise, _steal, _savedBy),
                _slot, _kind, Percent.Of(_intensity), _beforeWasHigh)
            : null;

        private bool ReadInput(ref Utf8JsonReader reader)
        {
            _seen |= Seen.Input;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var known =
                    reader.ValueTextEquals("at"u8) ? ReadAt(ref reader)
                    : reader.ValueTextEquals("gate"u8) ? ReadGate(ref reader)
                    : reader.ValueTextEquals("p95"u8) ? ReadNumber(ref reader, Seen.P95, out _p95)
                    : reader.ValueTextEquals("p95Five"u8) ? ReadNumber(ref reader, Seen.P95Five, out _p95Five)
                    : reader.ValueTextEquals("p95Hour"u8) ? ReadNumber(ref reader, Seen.P95Hour, out _p95Hour)
                    : reader.ValueTextEquals("realHolds"u8) ? ReadRealHolds(ref reader)
                    : reader.ValueTextEquals("pace"u8) ? ReadNumber(ref reader, Seen.Pace, out _pace)
                    : reader.ValueTextEquals("foreign"u8) ? ReadNumber(ref reader, Seen.Foreign, out _foreign)
                    : reader.ValueTextEquals("slotMean"u8) ? ReadOptional(ref reader, out _slotMean)
                    : reader.ValueTextEquals("load"u8) ? ReadOptional(ref reader, out _load)
                    : reader.ValueTextEquals("noise"u8) ? ReadNumber(ref reader, Seen.Noise, out _noise)
                    : reader.ValueTextEquals("steal"u8) ? ReadNumber(ref reader, Seen.Steal, out _steal)
                    : reader.ValueTextEquals("savedBy"u8) && ReadSavedBy(ref reader);
                if (!known)
                    return false;
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }

        private bool ReadNumber(ref Utf8JsonReader reader, Seen field, out double value)
        {
            _seen |= field;
            value = 0;
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value);
        }

        private bool ReadOptional(ref Utf8JsonReader reader, out double? value)
        {
            var read = ReadNumber(ref reader, Seen.None, out var number);
            value = number;
            return read;
        }

        private bool ReadRealHolds(ref Utf8JsonReader reader)
        {
            _seen |= Seen.RealHolds;
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _realHolds);
        }

        private bool ReadAt(ref Utf8JsonReader reader)
        {
            _seen |= Seen.At;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String || !reader.TryGetDateTimeOffset(out var at))
                return false;
            _at = at.ToUniversalTime();
            return true;
        }

        private bool ReadSlot(ref Utf8JsonReader reader)
        {
            _seen |= Seen.Slot;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray
                || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var index)
                || !ReadNumber(ref reader, Seen.None, out var seconds)
                || !reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                return false;
            _slot = new Slot(index, SecondsConverter.Exactly(seconds));
            return true;
        }

        private bool ReadBefore(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                return false;
            _beforeWasHigh = reader.GetBoolean();
            return true;
        }

        private bool ReadKind(ref Utf8JsonReader reader)
        {
            _seen |= Seen.Kind;
            SlotKind? kind = !reader.Read() || reader.TokenType != JsonTokenType.String ? null
                : reader.ValueTextEquals("Baseline"u8) ? SlotKind.Baseline
                : reader.ValueTextEquals("High"u8) ? SlotKind.High
                : reader.ValueTextEquals("CatchUp"u8) ? SlotKind.CatchUp
                : reader.ValueTextEquals("Resting"u8) ? SlotKind.Resting
                : reader.ValueTextEquals("Held"u8) ? SlotKind.Held
                : null;
            _kind = kind ?? default;
            return kind is not null;
        }

        private bool ReadGate(ref Utf8JsonReader reader)
        {
            _seen |= Seen.Gate;
            GatePosition? gate = !reader.Read() || reader.TokenType != JsonTokenType.String ? null
                : reader.ValueTextEquals("Open"u8) ? GatePosition.Open
                : reader.ValueTextEquals("HeldByLoadAverage"u8) ? GatePosition.HeldByLoadAverage
                : reader.ValueTextEquals("Closed"u8) ? GatePosition.Closed
                : null;
            _gate = gate ?? default;
            return gate is not null;
        }

        private bool ReadSavedBy(ref Utf8JsonReader reader)
        {
            _savedBy = !reader.Read() || reader.TokenType != JsonTokenType.String ? null
                : reader.ValueTextEquals("Cpu"u8) ? IdleMetric.Cpu
                : reader.ValueTextEquals("Memory"u8) ? IdleMetric.Memory
                : reader.ValueTextEquals("Network"u8) ? IdleMetric.Network
                : null;
            return _savedBy is not null;
        }
    }
}

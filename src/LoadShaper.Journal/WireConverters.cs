using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LoadShaper.Domain.Units;

namespace LoadShaper.Journal;

/// <summary>Percent as a number, 0 to 100.</summary>
public sealed class PercentConverter : JsonConverter<Percent>
{
    public override Percent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Percent.Of(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, Percent value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}

/// <summary>ByteSize as a number of bytes.</summary>
public sealed class ByteSizeConverter : JsonConverter<ByteSize>
{
    public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ByteSize.FromBytes(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Bytes);
}

/// <summary>BitRate as a number of bits per second.</summary>
public sealed class BitRateConverter : JsonConverter<BitRate>
{
    public override BitRate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        BitRate.FromBits(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, BitRate value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.BitsPerSecond);
}

/// <summary>A time in UTC, to the millisecond where it has no finer part: 2026-11-21T08:45:40.016Z.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
}

/// <summary>TimeSpan as a number of seconds.</summary>
public sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Exactly(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.TotalSeconds);

    // TimeSpan.FromSeconds cuts what a product in binary leaves under the last tick.
    internal static TimeSpan Exactly(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
}

/// <summary>A slot as [index, seconds].</summary>
public sealed class SlotConverter : JsonConverter<Slot>
{
    public override Slot Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("a slot is [index, seconds]");
        reader.Read();
        var index = reader.GetInt64();
        reader.Read();
        var duration = SecondsConverter.Exactly(reader.GetDouble());
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray
            ? new Slot(index, duration)
            : throw new JsonException("a slot is [index, seconds]");
    }

    public override void Write(Utf8JsonWriter writer, Slot value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Index);
        writer.WriteNumberValue(value.Duration.TotalSeconds);
        writer.WriteEndArray();
    }
}

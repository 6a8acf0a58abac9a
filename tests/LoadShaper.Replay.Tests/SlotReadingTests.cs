using System.Text;
using LoadShaper.Domain.Cpu;
using LoadShaper.Journal;

namespace LoadShaper.Replay.Tests;

/// <summary>The reader's short cut for slot decisions gives what the serializer gives, whatever the payload.</summary>
public sealed class SlotReadingTests
{
    private const string Input = "\"at\":\"2026-05-23T21:20:00.123Z\",\"gate\":\"Open\",\"p95\":30.52,\"p95Five\":29.86,\"p95Hour\":29.71,\"realHolds\":154,\"pace\":5.18,\"foreign\":5.26,\"noise\":1.93,\"steal\":0";
    private const string Slot = "\"slot\":[29659520,60],\"kind\":\"CatchUp\",\"intensity\":21.5";

    [Theory]
    [InlineData("{" + Slot + ",\"input\":{" + Input + "}}")]
    [InlineData("{" + Slot + ",\"beforeWasHigh\":true,\"input\":{" + Input + ",\"slotMean\":5.26,\"load\":0.05,\"savedBy\":\"Memory\"}}")]
    [InlineData("{\"input\":{" + Input + "}," + Slot + "}\n")]
    [InlineData("{" + Slot + ",\"beforeWasHigh\":null,\"input\":{" + Input + ",\"slotMean\":null}}")]
    [InlineData("{" + Slot + ",\"colour\":{\"a\":[1]},\"input\":{" + Input + "}}")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + ",\"blocks\":{\"family\":\"A1\",\"due\":[1],\"reached\":2,\"hourSum\":3,\"hourSeen\":4,\"profile\":[5]}}}")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + ",\"gate\":\"closed\"}}")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + ",\"gate\":2}}")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + ",\"at\":\"2026-05-23T23:20:00+02:00\"}}")]
    [InlineData("{\"slot\":[29659520,0.5],\"kind\":\"Held\",\"intensity\":0,\"input\":{" + Input + "}}")]
    [InlineData("{\"slot\":[29659520],\"kind\":\"Held\",\"intensity\":0,\"input\":{" + Input + "}}")]
    [InlineData("{\"kind\":\"Held\",\"intensity\":0,\"input\":{" + Input + "}}")]
    [InlineData("{" + Slot + "}")]
    [InlineData("{" + Slot + ",\"input\":null}")]
    [InlineData("{" + Slot + ",\"intensity\":101,\"input\":{" + Input + "}}")]
    [InlineData("{" + Slot + ",\"kind\":\"Lower\",\"input\":{" + Input + "}}")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + "}")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + "}} x")]
    [InlineData("{" + Slot + ",\"input\":{" + Input + ",\"realHolds\":1.5}}")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_payload_means_the_same(string payload)
    {
        using var file = new JournalFile();
        file.Add([new Domain.Lifecycle.DaemonStopped(Story.Start, "x")]);
        file.Execute($"UPDATE journal SET manifest = 'slot-decided.1', message = x'{Convert.ToHexString(Encoding.UTF8.GetBytes(payload))}'");
        using var reader = JournalReader.Open(file.Path);

        var entry = Assert.Single(reader.Read());

        try
        {
            var expected = Assert.IsType<SlotDecided>(EventWire.Read("slot-decided.1", Encoding.UTF8.GetBytes(payload)));
            Assert.Equal(expected, entry.Event);
        }
        catch (EventUnreadableException e)
        {
            Assert.Equal((null, e.Message), (entry.Event, entry.Problem));
        }
    }
}

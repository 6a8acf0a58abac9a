using System.Runtime.Serialization;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Cluster.Protocol;
using LoadShaper.LoadTest.Plan;
using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests.Protocol;

public sealed class LoadMessageSerializerTests : TestKit
{
    private static readonly string Hash = new('a', 64);

    private readonly LoadMessageSerializer _serializer;

    public LoadMessageSerializerTests() => _serializer = new LoadMessageSerializer((ExtendedActorSystem)Sys);

    private static ILoadMessage[] Messages =>
    [
        new Hello(new WorkerIntroduction(1, "0.1.0", "w1", 8)),
        new Alive(long.MinValue),
        new ContentRequest(1, Hash, 1L << 40),
        new RunReady(2),
        new RunRefused(3, "no file"),
        new Pong(4, 30, 5, -6),
        new ReportPart(5, 1, 99, 1, 2, [1, 2, 3]),
        new Leaving("interrupted"),
        new WorkerAdmitted(6),
        new Refused(RefusalKind.Full, "the run has its 2 workers"),
        new LeaseRenewal(7, 5_000),
        new RunOffer(7, 8, Hash, 1_000, ["example.org", "ünïcode"]),
        new Content(9, Hash, 128, new byte[MessageLimits.PartBytes]),
        new Ping(10, 0, 11),
        new RunStart(11, 2, new SchedulePartition(1, 3), 12, TimeSpan.FromSeconds(4)),
        new RunStop(12, "abort"),
        new ReportReceived(13, 0, 14),
        new Release(14, true, "silent for 5 s"),
    ];

    [Fact]
    public void Every_message_type_is_here() =>
        Assert.Equal(
            typeof(ILoadMessage).Assembly.GetTypes().Where(type => type is { IsClass: true } && typeof(ILoadMessage).IsAssignableFrom(type)).Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))),
            Messages.Select(message => message.GetType()).Order(Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))));

    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        Assert.All(Messages, message =>
        {
            var bytes = _serializer.ToBinary(message);
            var read = _serializer.FromBinary(bytes, _serializer.Manifest(message));

            Assert.IsType(message.GetType(), read);
            Assert.Equal(bytes, _serializer.ToBinary(read));
            Assert.True(bytes.Length < MessageLimits.FrameBytes - 4_096, $"{message.GetType().Name} fits into a frame");
        });
    }

    [Fact]
    public void A_manifest_has_a_version_and_is_used_once()
    {
        var manifests = Messages.Select(_serializer.Manifest).ToList();

        Assert.All(manifests, manifest => Assert.Matches("^[a-z-]+-[0-9]+$", manifest));
        Assert.Equal(manifests.Count, manifests.Distinct().Count());
    }

    [Theory]
    [InlineData("hello-2")]
    [InlineData("")]
    [InlineData("System.Diagnostics.Process, System")]
    public void An_unknown_manifest_is_refused(string manifest) =>
        Assert.Contains("unknown", Assert.Throws<SerializationException>(() => _serializer.FromBinary([], manifest)).Message, StringComparison.Ordinal);

    [Fact]
    public void Cut_and_extended_bytes_are_refused()
    {
        foreach (var message in Messages.Where(message => message is not Content))
        {
            var bytes = _serializer.ToBinary(message);
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes[..length], _serializer.Manifest(message)));
            Assert.Throws<SerializationException>(() => _serializer.FromBinary([.. bytes, 0], _serializer.Manifest(message)));
        }
    }

    [Fact]
    public void Changed_bytes_are_refused_or_another_message()
    {
        foreach (var message in Messages.Where(message => message is not Content))
        {
            var bytes = _serializer.ToBinary(message);
            for (var i = 0; i < bytes.Length; i++)
            {
                foreach (var flip in new byte[] { 1, 0x80, 0xFF })
                {
                    var changed = (byte[])bytes.Clone();
                    changed[i] ^= flip;
                    if (Record.Exception(() => _serializer.FromBinary(changed, _serializer.Manifest(message))) is { } refused)
                        Assert.IsType<SerializationException>(refused);
                }
            }
        }
    }

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        var sent = new Leaving(new string('ü', MessageLimits.TextBytes));

        var read = (Leaving)_serializer.FromBinary(_serializer.ToBinary(sent), _serializer.Manifest(sent));

        Assert.Equal(new string('ü', MessageLimits.TextBytes / 2), read.Reason);
    }

    [Fact]
    public void Too_many_bytes_are_refused()
    {
        var sent = new Content(1, Hash, 0, new byte[MessageLimits.PartBytes + 1]);

        Assert.Throws<SerializationException>(() => _serializer.FromBinary(_serializer.ToBinary(sent), _serializer.Manifest(sent)));
    }
}

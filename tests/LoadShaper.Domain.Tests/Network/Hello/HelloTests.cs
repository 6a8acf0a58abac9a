using System.Net;
using LoadShaper.Domain.Network.Hello;
using Xunit;

namespace LoadShaper.Domain.Tests.Network.Hello;

public sealed class HelloTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly NetworkKey Key = new("0123456789abcdef");

    private static readonly IPAddress Private = IPAddress.Parse("10.0.0.2"), Public = IPAddress.Parse("203.0.113.2");

    private static readonly HelloMessage Hello = new(HelloKind.Hello, Now, 42, 7);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_is_read_as_it_was_written(bool keyed)
    {
        var key = keyed ? Key : null;
        var message = new HelloMessage(HelloKind.Welcome, Now, UInt128.MaxValue - 5, ulong.MaxValue, 10, 14_000, 12);

        Assert.True(HelloCodec.TryRead(Bytes(message, key), key, out var read));
        Assert.Equal(message, read);
    }

    [Fact]
    public void Another_key_or_none_on_one_side_is_not_authentic()
    {
        Assert.False(HelloCodec.TryRead(Bytes(Hello, Key), new NetworkKey("0123456789abcdeg"), out _));
        Assert.False(HelloCodec.TryRead(Bytes(Hello, Key), null, out _));
        Assert.False(HelloCodec.TryRead(Bytes(Hello, null), Key, out _));
    }

    [Fact]
    public void Every_changed_bit_is_noticed()
    {
        var bytes = Bytes(Hello, Key);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(HelloCodec.TryRead(bytes, Key, out _), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(95)]
    [InlineData(97)]
    public void Another_length_is_no_hello(int length) => Assert.False(HelloCodec.TryRead(new byte[length], null, out _));

    [Fact]
    public void The_key_is_not_printed() => Assert.DoesNotContain("0123", Key.ToString());

    [Fact]
    public void A_hello_is_accepted_once()
    {
        var memory = new HelloMemory();

        Assert.Null(Decide(Hello, memory));
        Assert.Equal(HelloRefusal.Replayed, Decide(Hello, memory));
        Assert.Null(Decide(Hello with { Nonce = 43 }, memory));
    }

    [Fact]
    public void A_replay_is_refused_as_long_as_its_time_is_valid()
    {
        var memory = new HelloMemory();
        var future = Hello with { Time = Now + HelloPolicy.LargestSkew };
        Assert.Null(Decide(future, memory));

        for (var seconds = 1; seconds <= 121; seconds++)
            Assert.NotNull(HelloPolicy.Decide(true, Private, memory, future, Now.AddSeconds(seconds), TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(-60, null)]
    [InlineData(61, HelloRefusal.OutOfTime)]
    [InlineData(-61, HelloRefusal.OutOfTime)]
    public void Clocks_may_differ_by_a_minute(double seconds, HelloRefusal? refusal)
    {
        Assert.Equal(refusal, Decide(Hello with { Time = Now.AddSeconds(seconds) }, new HelloMemory()));
    }

    [Fact]
    public void Without_a_key_only_private_addresses_are_trusted()
    {
        Assert.Equal(HelloRefusal.KeyRequired, HelloPolicy.Decide(false, Public, new HelloMemory(), Hello, Now, TimeSpan.Zero));
        Assert.Null(HelloPolicy.Decide(false, Private, new HelloMemory(), Hello, Now, TimeSpan.Zero));
        Assert.False(HelloPolicy.MayAsk(false, Public));
        Assert.True(HelloPolicy.MayAsk(true, Public) && HelloPolicy.MayAsk(false, Private));
    }

    [Fact]
    public void An_answer_is_no_hello()
    {
        Assert.Equal(HelloRefusal.NotAuthentic, Decide(Hello with { Kind = HelloKind.Welcome }, new HelloMemory()));
    }

    [Fact]
    public void One_sender_is_answered_ten_times_a_second_at_most()
    {
        var memory = new HelloMemory();
        var accepted = 0;
        for (var i = 0; i < 1000; i++)
            accepted += HelloPolicy.Decide(true, Private, memory, Hello with { Nonce = (UInt128)i }, Now, TimeSpan.FromMilliseconds(i)) is null ? 1 : 0;

        Assert.InRange(accepted, 19, 20);
    }

    [Fact]
    public void A_data_header_is_read_as_it_was_written()
    {
        var bytes = new byte[64];
        DataHeader.Write(bytes, 7, 1234);

        Assert.True(DataHeader.TryRead(bytes, out var session, out var sequence));
        Assert.Equal((7UL, 1234UL), (session, sequence));
        Assert.False(DataHeader.TryRead(bytes.AsSpan(0, DataHeader.Size - 1), out _, out _));
        bytes[0] ^= 1;
        Assert.False(DataHeader.TryRead(bytes, out _, out _));
    }

    private static HelloRefusal? Decide(HelloMessage hello, HelloMemory memory) => HelloPolicy.Decide(true, Private, memory, hello, Now, TimeSpan.Zero);

    private static byte[] Bytes(HelloMessage message, NetworkKey? key)
    {
        var bytes = new byte[HelloCodec.Size];
        HelloCodec.Write(bytes, message, key);
        return bytes;
    }
}

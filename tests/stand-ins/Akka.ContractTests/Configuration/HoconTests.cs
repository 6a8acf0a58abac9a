using Akka.Configuration;
using Xunit;

namespace Akka.ContractTests.Configuration;

public class HoconTests
{
    [Theory]
    [InlineData("a.b = 42")]
    [InlineData("a { b : 42 }")]
    [InlineData("{ a { b = 42 } }")]
    [InlineData("\"a\" { \"b\" = 42, }")]
    [InlineData("a = { b = 42 }, c = 1")]
    [InlineData("a { b = 1 }\na { b = 42 }")]
    [InlineData("a = text\na { b = 42 }")]
    [InlineData("# first\na { // second\n b = 42 # third\n}")]
    [InlineData("x = 42\na { b = ${x} }")]
    [InlineData("a = ${y}\ny { b = 42 }")]
    public void A_value_is_found_however_its_path_is_written(string hocon) =>
        Assert.Equal(42, ConfigurationFactory.ParseString(hocon).GetInt("a.b"));

    [Theory]
    [InlineData("a = foo bar  # comment", "foo bar")]
    [InlineData("a = \" padded \"", "padded")]
    [InlineData("a = \"x = 1, {y}\"", "x = 1, {y}")]
    [InlineData("a = \"tab\\tquote\\\" \\u0041\"", "tab\tquote\" A")]
    [InlineData("a = \"\"\"C:\\no\"escape\"\"\"\n", "C:\\no\"escape")]
    [InlineData("b = 1\na = ${b}23", "123")]
    [InlineData("b = Roger\na = my name is ${b} indeed", "my name is Roger indeed")]
    [InlineData("a = null", null)]
    [InlineData("a = 1\na = 2", "2")]
    [InlineData("a { b = 1 }\na = over", "over")]
    public void A_text_is_read_as_written(string hocon, string? expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a"));

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [\n  1\n  2 # two\n  3,\n]")]
    [InlineData("a = [1] [2, 3]")]
    [InlineData("b = [1, 2]\na = ${b} [3]")]
    public void Array_elements_are_parted_by_commas_or_lines(string hocon)
    {
        var config = ConfigurationFactory.ParseString(hocon);
        Assert.Equal(["1", "2", "3"], config.GetStringList("a"));
        Assert.Equal([1, 2, 3], config.GetIntList("a"));
    }

    [Fact]
    public void Blanks_part_no_array_elements() =>
        Assert.Equal(["1 2 3"], ConfigurationFactory.ParseString("a = [1 2 3]").GetStringList("a"));

    [Fact]
    public void Array_elements_can_be_objects()
    {
        var peers = ConfigurationFactory.ParseString("peers = [{ port = 1 }, { port = 2 }]").GetValue("peers")!;
        Assert.Equal([1, 2], peers.GetArray().Select(p => p.GetObject()!.GetKey("port")!.GetInt()));
    }

    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("10 seconds", 10_000)]
    [InlineData("500ms", 500)]
    [InlineData("1m", 60_000)]
    [InlineData("0.05 s", 50)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("250", 250)]
    [InlineData("1500 micros", 1.5)]
    [InlineData("infinite", -1)]
    public void Durations_have_units_and_are_milliseconds_without(string text, double milliseconds) =>
        Assert.Equal(milliseconds, ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a").TotalMilliseconds);

    [Theory]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("64 m", 67_108_864)]
    [InlineData("512 kB", 512_000)]
    [InlineData("512k", 524_288)]
    [InlineData("3 GB", 3_000_000_000)]
    [InlineData("2 gibibytes", 2_147_483_648)]
    [InlineData("1 kilobyte", 1000)]
    [InlineData("77", 77)]
    [InlineData("77 B", 77)]
    public void Sizes_have_binary_and_decimal_units(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("10 parsecs")]
    [InlineData("-1 s")]
    [InlineData("soon")]
    public void A_duration_that_is_none_is_refused(string text) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Theory]
    [InlineData("10 KB")]
    [InlineData("10 bits")]
    [InlineData("1 Mib")]
    public void A_size_that_is_none_is_refused(string text) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void Booleans_are_on_and_off_too(string text, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a", !expected));

    [Fact]
    public void A_boolean_that_is_none_is_refused() =>
        Assert.Throws<NotSupportedException>(() => ConfigurationFactory.ParseString("a = yes").GetBoolean("a"));

    [Fact]
    public void Numbers_are_read_with_a_point_whatever_the_culture()
    {
        var config = ConfigurationFactory.ParseString("a = 1.5\nb = -7");
        Assert.Equal(1.5, config.GetDouble("a"));
        Assert.Equal(1.5f, config.GetFloat("a"));
        Assert.Equal(1.5m, config.GetDecimal("a"));
        Assert.Equal(-7L, config.GetLong("b"));
        Assert.Throws<FormatException>(() => config.GetInt("a"));
    }

    [Fact]
    public void A_missing_value_is_the_default()
    {
        var config = ConfigurationFactory.ParseString("a = 1");
        Assert.False(config.HasPath("b.c"));
        Assert.True(config.HasPath("a"));
        Assert.Equal("x", config.GetString("b.c", "x"));
        Assert.Null(config.GetString("b.c"));
        Assert.Equal(7, config.GetInt("b", 7));
        Assert.Equal(TimeSpan.FromSeconds(1), config.GetTimeSpan("b", TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("b"));
        Assert.Equal(5, config.GetByteSize("b", 5));
        Assert.Null(config.GetConfig("b"));
        Assert.Empty(config.GetStringList("b"));
        Assert.True(config.GetConfig("b").IsNullOrEmpty());
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
    }

    [Fact]
    public void A_fallback_fills_what_is_missing_at_any_depth()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, deep { k = own } }\nlist = [1]")
            .WithFallback(ConfigurationFactory.ParseString("a { x = 9, y = 2, deep { k = other, l = 3 } }\nlist = [7, 8]\nz = 1"));

        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
        Assert.Equal("own", config.GetString("a.deep.k"));
        Assert.Equal(3, config.GetConfig("a.deep")!.GetInt("l"));
        Assert.Equal(["1"], config.GetStringList("list"));
        Assert.Equal(1, config.GetInt("z"));
    }

    [Fact]
    public void A_text_and_an_object_do_not_merge()
    {
        var text = ConfigurationFactory.ParseString("a { b = 1 }");
        var keys = ConfigurationFactory.ParseString("a { b { c = 2 } }");
        Assert.Equal(1, text.WithFallback(keys).GetInt("a.b"));
        Assert.Equal(2, keys.WithFallback(text).GetInt("a.b.c"));
    }

    [Fact]
    public void Falling_back_changes_neither_side()
    {
        var own = ConfigurationFactory.ParseString("a { b = 1 }");
        var other = ConfigurationFactory.ParseString("a { c = 2 }");
        Assert.Equal(2, own.WithFallback(other).GetInt("a.c"));
        Assert.False(own.HasPath("a.c"));
        Assert.False(other.HasPath("a.b"));
        Assert.Throws<ArgumentException>(() => own.WithFallback(own));
        Assert.Same(own, own.WithFallback(null));
    }

    [Fact]
    public void Quoted_keys_keep_their_dots()
    {
        var config = ConfigurationFactory.ParseString("a { \"/user/d.ev\" { n = 123 } }");
        Assert.Equal(123, config.GetInt("a.\"/user/d.ev\".n"));
        Assert.Equal(["/user/d.ev"], config.GetConfig("a")!.AsEnumerable().Select(kv => kv.Key));
    }

    [Fact]
    public void Text_becomes_a_config_by_itself()
    {
        Config config = "a = 1";
        Assert.Equal(1, config.GetInt("a"));
    }

    [Fact]
    public void What_is_written_out_reads_back_the_same()
    {
        var config = ConfigurationFactory.ParseString("a { b = \"x = 1\", \"c d\" = [1, two], e { } }\nf = 10 s");
        var again = ConfigurationFactory.ParseString(config.ToString());
        Assert.Equal("x = 1", again.GetString("a.b"));
        Assert.Equal(["1", "two"], again.GetStringList("a.c d"));
        Assert.Equal(TimeSpan.FromSeconds(10), again.GetTimeSpan("f"));
    }

    [Theory]
    [InlineData("a { b = 1 }, c = 2")]
    [InlineData("a { b = 1 },\nc = 2")]
    [InlineData("a = 1,, b = 2")]
    [InlineData("a = 1\n, b = 2")]
    [InlineData("a = foo*bar")]
    [InlineData("a = ${nowhere}")]
    public void What_is_no_hocon_is_refused(string hocon) =>
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));

    [Fact]
    public void A_colon_in_a_text_without_quotes_is_refused() =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("a = http://host"));
}

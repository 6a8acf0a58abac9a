using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.ContractTests.Persistence;
using Akka.Persistence.Sql.Hosting;
using Xunit;

namespace Akka.ContractTests.StandIn;

/// <summary>What the stand-in refuses and the packages read as something else, or know more of.</summary>
public class RefusalTests
{
    [Theory]
    [InlineData("a = 1\nb { c = 1 },\nd = 1", "HOCON line 2, position 12: Unknown token ',' where a key is expected")]
    [InlineData("a = 1\n\n  += 2", "HOCON line 3, position 3: += is not known")]
    [InlineData("a += 2", "HOCON line 1, position 1: += is not known")]
    [InlineData("a = ${?HOME}", "HOCON line 1, position 5: a substitution is written ${a.b}")]
    [InlineData("a {\n  b = 1\n", "HOCON line 1, position 3: this brace is never closed")]
    [InlineData("a = [1, 2", "HOCON line 1, position 5: this bracket is never closed")]
    [InlineData("a = [ ]", "HOCON line 1, position 7: Unknown token ']' where a value is expected")]
    [InlineData("a = 1 }", "HOCON line 1, position 7: a brace closes that was never opened")]
    [InlineData("a = \"open", "HOCON line 1, position 5: a quoted text is never closed")]
    [InlineData("a = \"\"\"open\"\"", "HOCON line 1, position 5: a text in triple quotes is never closed")]
    [InlineData("a = \"\\x\"", "HOCON line 1, position 6: Unknown escape code: x")]
    [InlineData("a =\n}", "HOCON line 2, position 1: Unknown token '}' where a value is expected")]
    [InlineData("a\nb = 1", "HOCON line 2, position 1: Unknown token 'b' where '=', ':' or '{' after a key is expected")]
    [InlineData("a = [1] text", "HOCON line 1, position 9: a text, an array and an object cannot stand")]
    [InlineData("a = { b = 1 } text", "HOCON line 1, position 15: a text, an array and an object cannot stand")]
    [InlineData("a = ${b}\nb = ${a}", "HOCON line 1, position 5: the substitution b leads back to itself")]
    [InlineData("include \"other.conf\"", "HOCON line 1, position 1: include is not supported")]
    public void A_parse_error_says_where_and_what(string hocon, string message) => Assert.StartsWith(
        message, Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon)).Message);

    [Fact]
    public void A_value_that_cannot_be_read_is_named_by_its_path() => Assert.StartsWith(
        "a.b: ", Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString("a.b = x").GetInt("a.b")).Message);

    [Fact]
    public async Task A_type_without_a_serializer_is_an_error()
    {
        var system = ActorSystem.Create("unbound", "akka.loglevel = OFF\nakka.stdout-loglevel = OFF");
        var error = Assert.Throws<SerializationException>(() => system.Serialization.FindSerializerFor("text"));
        Assert.Contains("serialization-bindings", error.Message);
        await system.Terminate();
    }

    [Theory]
    [InlineData("akka.actor.serializers.x = \"No.Such, Type\"", "akka.actor.serializers: there is no type No.Such, Type")]
    [InlineData("akka.actor.serialization-bindings { \"No.Such, Type\" = x }", "akka.actor.serialization-bindings: there is no type No.Such, Type")]
    [InlineData("akka.actor.serialization-bindings { \"System.String\" = x }", "akka.actor.serialization-bindings: System.String is bound to x")]
    public void A_serializer_that_cannot_be_made_stops_the_start(string hocon, string message) => Assert.StartsWith(
        message, Assert.Throws<ConfigurationException>(() => ActorSystem.Create("refused", hocon + "\nakka.stdout-loglevel = OFF")).Message);

    [Fact]
    public async Task Only_sqlite_is_known()
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(() =>
            JournalFixture.StartHost(builder => builder.WithSqlPersistence("Data Source=x", "PostgreSQL")));
        Assert.Contains("SQLite.MS", error.Message);
    }
}

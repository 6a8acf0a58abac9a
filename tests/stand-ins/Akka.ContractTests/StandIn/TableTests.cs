using Akka.Actor;
using Akka.ContractTests.Persistence;
using Akka.Hosting;
using Xunit;

namespace Akka.ContractTests.StandIn;

/// <summary>Which of the spellings that SQLite takes for the same the stand-in writes.</summary>
public sealed class TableTests : IDisposable
{
    private readonly JournalFixture _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Whole_numbers_are_declared_as_the_pinned_linq2db_does()
    {
        var host = await _journal.Start();
        await host.System().ActorOf(Ledger.For("tables")).Answer(new Ledger.Snapshot());

        Assert.Equal(
            ["journal.created BigInt", "journal.identifier INTEGER", "journal.ordering INTEGER", "journal.sequence_number BigInt",
             "snapshot.created BigInt", "snapshot.sequence_number BigInt", "snapshot.serializer_id INTEGER"],
            Whole("journal").Concat(Whole("snapshot")));
        await host.StopAndDispose();

        IEnumerable<string> Whole(string table) =>
            _journal.Query($"SELECT '{table}.' || name || ' ' || type FROM pragma_table_info('{table}') WHERE type LIKE '%INT%' ORDER BY name")
                .Select(row => (string)row[0]!);
    }
}

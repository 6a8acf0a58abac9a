using Akka.Configuration.Hocon;
using Akka.Hosting;
using Akka.Persistence.Hosting;

namespace Akka.Persistence.Sql.Hosting;

public static class HostingExtensions
{
    /// <summary>Keeps events and snapshots in a database; here only in SQLite, <c>SQLite.MS</c>.</summary>
    /// <param name="schemaName">SQLite has none.</param>
    /// <param name="autoInitialize">Whether missing tables are created on first use.</param>
    /// <param name="pluginIdentifier">The last part of the paths of the settings.</param>
    /// <param name="isDefaultPlugin">Whether actors use it that name no plugin.</param>
    public static AkkaConfigurationBuilder WithSqlPersistence(
        this AkkaConfigurationBuilder builder,
        string connectionString,
        string providerName,
        PersistenceMode mode = PersistenceMode.Both,
        string? schemaName = null,
        bool autoInitialize = true,
        string pluginIdentifier = "sql",
        bool isDefaultPlugin = true)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new ArgumentNullException(nameof(connectionString), $"{nameof(connectionString)} can not be null");
        if (string.IsNullOrWhiteSpace(providerName))
            throw new ArgumentNullException(nameof(providerName), $"{nameof(providerName)} can not be null");
        if (providerName != SqlSettings.SqliteProvider)
            throw new NotSupportedException($"{nameof(providerName)}: only {SqlSettings.SqliteProvider} is known here, not {providerName}");
        if (schemaName is not null)
            throw new NotSupportedException("SQLite has no schemas");

        if (mode is PersistenceMode.Both or PersistenceMode.Journal)
            Add("journal", "Akka.Persistence.Sql.Journal.SqlWriteJournal");
        if (mode is PersistenceMode.Both or PersistenceMode.SnapshotStore)
            Add("snapshot-store", "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore");
        return builder;

        void Add(string kind, string type) => builder.AddHocon(
            $$"""
            {{(isDefaultPlugin ? $"akka.persistence.{kind}.plugin = akka.persistence.{kind}.{pluginIdentifier}" : "")}}
            akka.persistence.{{kind}}.{{pluginIdentifier}} {
              class = "{{type}}, Akka.Persistence.Sql"
              connection-string = {{HoconText.QuoteValue(connectionString)}}
              provider-name = {{HoconText.QuoteValue(providerName)}}
              auto-initialize = {{(autoInitialize ? "on" : "off")}}
            }
            """,
            HoconAddMode.Prepend);
    }
}

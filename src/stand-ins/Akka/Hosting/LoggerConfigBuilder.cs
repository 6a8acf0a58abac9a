#nullable disable
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Hosting;

/// <summary>Which loggers there are, from which level, and how they format.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];

    internal LoggerConfigBuilder()
    {
    }

    public LogLevel LogLevel { get; set; } = LogLevel.InfoLevel;

    public bool LogConfigOnStart { get; set; }

    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        return this;
    }

    public LoggerConfigBuilder AddLogger<T>()
        where T : IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        _loggers.Add(typeof(T));
        return this;
    }

    internal Config ToConfig() => ConfigurationFactory.ParseString(
        $"""
        akka.loglevel = {LogLevel.ToString().Replace("Level", "")}
        akka.loggers = [{string.Join(",", _loggers.Select(type => $"\"{type.AssemblyQualifiedName}\""))}]
        akka.log-config-on-start = {(LogConfigOnStart ? "on" : "off")}
        """);
}

public static class LoggingExtensions
{
    public static AkkaConfigurationBuilder ConfigureLoggers(
        this AkkaConfigurationBuilder builder, Action<LoggerConfigBuilder> configurator)
    {
        var loggers = new LoggerConfigBuilder();
        configurator(loggers);
        return builder.AddHoconConfiguration(loggers.ToConfig(), HoconAddMode.Prepend);
    }

    public static LoggerConfigBuilder AddDefaultLogger(this LoggerConfigBuilder configBuilder) =>
        configBuilder.AddLogger<DefaultLogger>();
}

using System.Collections.Concurrent;
using Akka.Actor;
using Akka.ContractTests.Persistence;
using Akka.Event;
using Akka.Hosting;
using Akka.Logger.Serilog;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;
using LogEvent = Serilog.Events.LogEvent;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.ContractTests.Hosting;

[Collection("Serilog's global logger")]
public sealed class SerilogTests : IDisposable
{
    private readonly Collected _collected = new();

    public SerilogTests() => Log.Logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(_collected).CreateLogger();

    public void Dispose() => Log.CloseAndFlush();

    private static Task<Microsoft.Extensions.Hosting.IHost> Start(LogLevel level) => JournalFixture.StartHost(builder => builder
        .ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = level;
            loggers.ClearLoggers();
            loggers.AddLogger<SerilogLogger>();
        })
        .AddHocon($"akka.logger-formatter = \"{typeof(SerilogLogMessageFormatter).AssemblyQualifiedName}\"", HoconAddMode.Prepend));

    [Fact]
    public async Task A_message_keeps_its_template_and_its_values()
    {
        using var host = await Start(LogLevel.InfoLevel);
        var actor = host.System().ActorOf(Props.Create(() => new Talker()), "talker");
        actor.Tell(new Say(log => log.Warning("slot {Slot} is {State}", 7, "high")));
        var logged = await _collected.First(e => e.MessageTemplate.Text.StartsWith("slot", StringComparison.Ordinal));

        Assert.Equal("slot {Slot} is {State}", logged.MessageTemplate.Text);
        Assert.Equal("7", logged.Properties["Slot"].ToString());
        Assert.Equal("\"high\"", logged.Properties["State"].ToString());
        Assert.Equal(LogEventLevel.Warning, logged.Level);
        Assert.Contains("/user/talker", logged.Properties["LogSource"].ToString());
        Assert.Contains("ActorPath", logged.Properties.Keys);
        Assert.Contains("Timestamp", logged.Properties.Keys);
        Assert.Matches("^\"[0-9]{4,}\"$", logged.Properties["Thread"].ToString());
        Assert.Contains(nameof(Talker), logged.Properties["SourceContext"].ToString());
        await host.StopAsync();
    }

    [Fact]
    public async Task An_error_keeps_its_cause()
    {
        using var host = await Start(LogLevel.InfoLevel);
        var cause = new InvalidOperationException("why");
        host.System().ActorOf(Props.Create(() => new Talker())).Tell(new Say(log => log.Error(cause, "it failed")));
        var logged = await _collected.First(e => e.Exception is not null);
        Assert.Same(cause, logged.Exception);
        Assert.Equal(LogEventLevel.Error, logged.Level);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_lies_below_the_level_is_not_logged()
    {
        using var host = await Start(LogLevel.WarningLevel);
        host.System().ActorOf(Props.Create(() => new Talker())).Tell(new Say(log =>
        {
            log.Debug("quiet {N}", 1);
            log.Info("quiet {N}", 2);
            log.Warning("loud {N}", 3);
        }));
        await _collected.First(e => e.MessageTemplate.Text == "loud {N}");
        Assert.DoesNotContain(_collected.All, e => e.MessageTemplate.Text == "quiet {N}");
        await host.StopAsync();
    }

    [Fact]
    public async Task The_logger_can_be_named_in_the_configuration()
    {
        using var host = await JournalFixture.StartHost(builder => builder.AddHocon(
            """
            akka.loglevel = INFO
            akka.loggers = ["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"]
            akka.logger-formatter = "Akka.Logger.Serilog.SerilogLogMessageFormatter, Akka.Logger.Serilog"
            """,
            HoconAddMode.Prepend));
        host.System().ActorOf(Props.Create(() => new Talker())).Tell(new Say(log => log.Info("named {N}", 1)));
        await _collected.First(e => e.MessageTemplate.Text == "named {N}");
        await host.StopAsync();
    }

    [Fact]
    public void The_formatter_fills_named_places() =>
        Assert.Equal("slot 7 is \"high\"", new SerilogLogMessageFormatter().Format("slot {Slot} is {State}", 7, "high"));

    private sealed record Say(Action<ILoggingAdapter> What);

    private sealed class Talker : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        public Talker() => Receive<Say>(say => say.What(_log));
    }

    private sealed class Collected : ILogEventSink
    {
        private readonly ConcurrentQueue<LogEvent> _events = new();

        public IEnumerable<LogEvent> All => _events;

        public void Emit(LogEvent logEvent) => _events.Enqueue(logEvent);

        public async Task<LogEvent> First(Func<LogEvent, bool> wanted)
        {
            var deadline = DateTime.UtcNow.AddSeconds(20);
            while (DateTime.UtcNow < deadline)
            {
                if (_events.FirstOrDefault(wanted) is { } found)
                    return found;
                await Task.Delay(10);
            }
            throw new TimeoutException("the event was not logged");
        }
    }
}

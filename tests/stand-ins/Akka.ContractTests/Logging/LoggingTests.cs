using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.ContractTests.Logging;

public class LoggingTests : Contract
{
    [Fact]
    public void What_is_logged_has_its_arguments_filled_in() =>
        EventFilter.Info("duty 25 on core 1").ExpectOne(() => Sys.Log.Info("duty {0} on core {1}", 25, 1));

    [Theory]
    [InlineData(LogLevel.InfoLevel)]
    [InlineData(LogLevel.WarningLevel)]
    [InlineData(LogLevel.ErrorLevel)]
    public void Each_level_is_an_event_of_its_own(LogLevel level)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        Sys.Log.Log(level, "noted");
        var logged = FishForMessage<LogEvent>(e => e.ToString()!.Contains("noted", StringComparison.Ordinal));
        Assert.Equal(level, logged.LogLevel());
    }

    [Fact]
    public void A_level_below_the_configured_one_is_not_logged()
    {
        Assert.False(Log.IsDebugEnabled);
        Assert.True(Log.IsInfoEnabled);
        EventFilter.Debug().Expect(0, Quiet, () => Log.Debug("not seen"));
    }

    [Fact]
    public void An_error_carries_its_exception()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        EventFilter.Exception<Asked>().ExpectOne(() => Sys.Log.Error(new Asked(), "it went {0}", "wrong"));
        var error = ExpectMsg<Error>();
        Assert.IsType<Asked>(error.Cause);
        Assert.Equal("it went wrong", error.Message.ToString());
    }

    [Fact]
    public void An_actor_logs_with_its_path_and_its_type()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        var actor = Sys.ActorOf<Logs>("speaks");
        actor.Tell("hello");
        var warning = ExpectMsg<Warning>();
        Assert.Contains("/user/speaks", warning.LogSource);
        Assert.Equal(typeof(Logs), warning.LogClass);
        Assert.Equal("heard hello", warning.Message.ToString());
    }

    [Fact]
    public void The_time_of_what_is_logged_is_known()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.Log.Warning("now");
        Assert.InRange(ExpectMsg<Warning>().Timestamp, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public void Braces_without_arguments_are_logged_as_they_are() =>
        EventFilter.Info("{\"a\":1}").ExpectOne(() => Sys.Log.Info("{\"a\":1}"));

    private sealed class Logs : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        public Logs() => Receive<string>(m => _log.Warning("heard {0}", m));
    }
}

using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Writes the log to the output of one xunit test, and ends when the test has.</summary>
public class TestOutputLogger : ReceiveActor
{
    public TestOutputLogger(ITestOutputHelper output, string prefix = "")
    {
        Receive<LogEvent>(e =>
        {
            try
            {
                output.WriteLine(prefix + e);
            }
            catch (InvalidOperationException)
            {
                // The test is over and its output closed.
                Context.Stop(Self);
            }
        });
        Receive<InitializeLogger>(e =>
        {
            e.LoggingBus.Subscribe(Self, typeof(LogEvent));
            Sender.Tell(new LoggerInitialized());
        });
    }
}

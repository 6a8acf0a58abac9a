using LoadShaper.Daemon.Health;
using Xunit;

namespace LoadShaper.Daemon.Tests.Health;

public sealed class ProcessReaderTests
{
    [Fact]
    public void Descriptors_and_threads_of_this_process_are_counted()
    {
        var reading = new ProcessReader().Read();

        Assert.InRange(reading.OpenFiles!.Value, 3, reading.MaxFiles!.Value);
        Assert.True(reading.Threads >= 1);
    }

    [Fact]
    public void What_cannot_be_read_is_unknown()
    {
        var reading = new ProcessReader("/nonexistent").Read();

        Assert.Equal((null, null, null), (reading.OpenFiles, reading.MaxFiles, reading.Threads));
    }
}

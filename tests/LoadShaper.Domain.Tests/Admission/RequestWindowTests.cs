using LoadShaper.Domain.Admission;
using Xunit;

namespace LoadShaper.Domain.Tests.Admission;

public sealed class RequestWindowTests
{
    [Fact]
    public void Requests_count_for_a_minute()
    {
        var window = new RequestWindow();
        for (var i = 0; i < 30; i++)
            window.Add(TimeSpan.FromSeconds(i));

        Assert.Equal(30, window.CountAt(TimeSpan.FromSeconds(59.9)));
        Assert.Equal(29, window.CountAt(TimeSpan.FromSeconds(60)));
        Assert.Equal(1, window.CountAt(TimeSpan.FromSeconds(88)));
        Assert.Equal(0, window.CountAt(TimeSpan.FromSeconds(89)));
    }

    [Fact]
    public void A_quiet_hour_needs_one_look()
    {
        var window = new RequestWindow();
        for (var i = 0; i < 2000; i++)
            window.Add(TimeSpan.FromSeconds(5));

        Assert.Equal(2000, window.CountAt(TimeSpan.FromSeconds(6)));
        Assert.Equal(0, window.CountAt(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void An_earlier_time_counts_as_the_last_one()
    {
        var window = new RequestWindow();
        window.Add(TimeSpan.FromSeconds(100));
        window.Add(TimeSpan.FromSeconds(90));

        Assert.Equal(2, window.CountAt(TimeSpan.FromSeconds(159)));
        Assert.Equal(0, window.CountAt(TimeSpan.FromSeconds(160)));
    }
}

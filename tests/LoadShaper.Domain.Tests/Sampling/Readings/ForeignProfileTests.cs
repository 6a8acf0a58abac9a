using LoadShaper.Domain.Sampling.Readings;
using Xunit;

namespace LoadShaper.Domain.Tests.Sampling.Readings;

public class ForeignProfileTests
{
    [Fact]
    public void Each_hour_of_the_day_has_what_others_used_in_it()
    {
        var profile = new ForeignProfile();
        for (var minute = 0; minute < 3 * 24 * 60; minute++)
            profile.Add(Minutes.At(minute, minute / 60 % 24 == 9 ? 80 : 30, own: 28));

        var hours = profile.Hours();
        Assert.Equal(24, hours.Length);
        Assert.Equal(52, hours[9], 6);
        Assert.Equal(2, hours[10], 6);
    }

    [Fact]
    public void Hours_never_seen_count_as_the_mean_of_the_others()
    {
        var profile = new ForeignProfile();
        Assert.All(profile.Hours(), hour => Assert.Equal(0, hour));
        for (var minute = 0; minute < 60; minute++)
            profile.Add(Minutes.At(minute, 8));

        Assert.Equal(8, profile.Hours()[17]);
    }
}

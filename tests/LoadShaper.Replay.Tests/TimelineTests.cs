using System.Runtime.CompilerServices;

namespace LoadShaper.Replay.Tests;

public sealed class TimelineTests(Month month) : IClassFixture<Month>
{
    [Fact]
    public void A_month_with_an_outage_a_clock_jump_and_a_full_disk_reads_like_a_story() =>
        Golden.Equal("month.txt", Timeline(TimeRange.All, TimeSpan.FromDays(1)));

    [Fact]
    public void A_part_of_it_begins_with_what_was_known_before()
    {
        var text = Timeline(new TimeRange(Story.Start.AddDays(8.5), Story.Start.AddDays(9)), TimeSpan.FromHours(1));

        Assert.StartsWith("2026-01-13 12:00:00  maintaining, 1 h: 60 slots", text, StringComparison.Ordinal);
        Assert.Contains("2026-01-13 14:01:00  gate closed for 2 h: foreign CPU 92 %", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-01-14", text, StringComparison.Ordinal);
    }

    private string Timeline(TimeRange range, TimeSpan every)
    {
        using var text = new StringWriter();
        using var recording = month.File.Open();
        TimelineText.Write(text, recording.Events(), range, every);
        return text.ToString();
    }
}

/// <summary>Texts under review. LOADSHAPER_WRITE_GOLDEN=1 writes them anew; then read what changed.</summary>
internal static class Golden
{
    public static void Equal(string name, string text, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("LOADSHAPER_WRITE_GOLDEN") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }
}

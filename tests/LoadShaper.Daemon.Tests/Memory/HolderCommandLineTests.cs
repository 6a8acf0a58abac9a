using LoadShaper.Daemon.Memory;
using Xunit;

namespace LoadShaper.Daemon.Tests.Memory;

public sealed class HolderCommandLineTests
{
    [Fact]
    public void Started_as_a_program_of_its_own_it_starts_itself() =>
        Assert.Equal("/opt/loadshaper hold", Of("/opt/loadshaper"));

    [Fact]
    public void Started_by_dotnet_it_gives_dotnet_its_assembly() =>
        Assert.Equal($"/usr/bin/dotnet exec {Path.Combine(AppContext.BaseDirectory, "loadshaper.dll")} hold", Of("/usr/bin/dotnet"));

    [Fact]
    public void Started_by_another_program_it_takes_the_one_beside_it() =>
        Assert.Equal($"{Path.Combine(AppContext.BaseDirectory, "loadshaper")} hold", Of("/usr/bin/testhost"));

    [Fact]
    public void Where_there_is_none_it_says_what_was_sought()
    {
        var e = Assert.Throws<HolderStartException>(() => HolderCommandLine.Of("/usr/bin/testhost", "/no/such/folder"));
        Assert.Contains("/usr/bin/testhost is not loadshaper, and there is no /no/such/folder/loadshaper", e.Message);
    }

    [Fact]
    public void A_program_that_is_missing_or_not_executable_is_said_to_be_so()
    {
        var plain = Path.GetTempFileName();
        try
        {
            foreach (var program in new[] { "/no/such/loadshaper", plain })
            {
                var e = Assert.Throws<HolderStartException>(() => HolderProcess.Start(new HolderCommandLine(program, ["hold"]), _ => { }, _ => { }));
                Assert.StartsWith($"{program} cannot be started: ", e.Message);
            }
        }
        finally
        {
            File.Delete(plain);
        }
    }

    private static string Of(string host)
    {
        var line = HolderCommandLine.Of(host, AppContext.BaseDirectory);
        return string.Join(' ', line.Arguments.Prepend(line.FileName));
    }
}

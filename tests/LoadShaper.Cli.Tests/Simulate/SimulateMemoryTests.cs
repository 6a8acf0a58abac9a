using System.CommandLine;
using LoadShaper.Cli.Simulate;
using Xunit;

namespace LoadShaper.Cli.Tests.Simulate;

public sealed class SimulateMemoryTests
{
    [Fact]
    public void A_day_is_shown_beside_the_reference()
    {
        var (code, output, _) = Run("--others", "8:8");

        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("A day of memory: 12 GiB, target 30%, others 8-8 %\n", output);
        var ours = Assert.Single(output.Split('\n'), line => line.StartsWith("loadshaper ", StringComparison.Ordinal));
        Assert.Matches(@" 0\.0 GiB +2$", ours);
        Assert.Single(output.Split('\n'), line => line.StartsWith("reference ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--others", "12", "--others 12 is not a range: write LOW:HIGH in percent, as 3:12")]
    [InlineData("--memory", "0", "--memory 0 is out of bounds: write 0.25 to 1024")]
    [InlineData("--shape", "e2-1-micro", "MEM_TARGET_PCT is 0 with the shape e2-1-micro: write --set MEM_TARGET_PCT=30 or another shape")]
    public void What_cannot_be_simulated_is_an_error_that_says_how_to_fix_it(string option, string value, string message)
    {
        var (code, _, error) = Run(option, value);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal(message, error.Trim());
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = SimulateMemoryCommand.Create().Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}

using System.CommandLine;
using System.Globalization;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Domain.Network;
using LoadShaper.Simulation;
using LoadShaper.Simulation.Network;

namespace LoadShaper.Cli.Simulate;

/// <summary>`loadshaper simulate network`: days of the network lever with other traffic, peers that fail, and the month's budget.</summary>
internal static class SimulateNetworkCommand
{
    private const int MostDays = 92;

    public static Command Create()
    {
        var days = new Option<int>("--days") { Description = $"Days to run, 1 to {MostDays}.", DefaultValueFactory = _ => 14, HelpName = "N" };
        var shape = new Option<string?>("--shape") { Description = $"Rules and template of a shape: {SimulatedShape.Names}.", HelpName = "NAME" };
        var set = new Option<string[]>("--set") { Description = "A setting by its environment variable; may be given several times.", HelpName = "KEY=VALUE" };
        var foreign = new Option<string>("--foreign") { Description = "Traffic of other processes, percent of the link: idle, constant:10, sine:0:40, busy:80:6h or step:40:0:14d.", DefaultValueFactory = _ => "constant:0", HelpName = "PATTERN" };
        var down = new Option<string[]>("--peers-down") { Description = "No peer receives: 3d:12h.", HelpName = "AT:FOR" };
        var command = new Command("network", "Simulate days of the network protection: use of the link, traffic sent, and the month's budget.") { days, shape, set, foreign, down };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                var chosen = SimulatedShape.Find(SimulatedShape.Stated(parsed.GetValue(shape), null));
                var given = SimulatedSettings.Read(chosen, null, WithPeer(parsed.GetValue(set) ?? []), null);
                if (given.Settings is not { } settings)
                {
                    error.Write(SettingsReport.Problems(given.Problems));
                    return ExitCode.Config;
                }
                if (!FallbackPolicy.MaySend(settings.Network))
                    throw new PatternException("these settings send no traffic: NET_MODE must be client or both, NET_ACTIVATION not off, NET_TARGET_PCT and NET_MONTHLY_BUDGET_GB above 0");
                if (parsed.GetValue(days) is not (>= 1 and <= MostDays))
                    throw new PatternException($"--days {parsed.GetValue(days)} is out of bounds: write 1 to {MostDays}");
                output.Write(Render(settings.Network, NetworkMonth.Run(new NetworkOptions(
                    settings.Network, settings.Sampling, chosen.Family, PatternParser.ParseForeign(parsed.GetValue(foreign)!),
                    [.. (parsed.GetValue(down) ?? []).Select(PatternParser.ParseStretch)], parsed.GetValue(days)))));
                return ExitCode.Ok;
            }
            catch (PatternException e)
            {
                error.WriteLine(e.Message);
                return ExitCode.Usage;
            }
        });
        return command;
    }

    internal static string Render(NetworkSettings settings, NetworkResult result)
    {
        var text = Invariant($"Network protection: target {settings.Target} of {settings.Link}, budget {NetworkEventText.Gigabytes(settings.Budget.Share)} a month, from {SimulationOptions.Start:yyyy-MM-dd}\n\n")
            + TextTable.Render(
                ["day", "use of the link", "our part", "sent", "budget"],
                result.Days.Select(day => new[]
                {
                    Invariant($"{day.Day:yyyy-MM-dd}"), Invariant($"{day.Use:0.0} %"), Invariant($"{day.Own:0.0} %"),
                    NetworkEventText.Gigabytes(day.Sent), NetworkEventText.Describe(day.Level),
                }));
        text += result.LowestWeek is { } lowest
            ? Invariant($"\nlowest mean over seven days {lowest:0.00} %: {(lowest >= 20 ? "the network protects" : "the network does not protect")}\n")
            : "\nshorter than the seven days of the rule\n";
        if (result.BudgetReached is { } reached)
            text += Invariant($"the budget is used up on {reached:yyyy-MM-dd HH:mm} UTC; no traffic until the next month\n");
        return text + Invariant($"sent this month: {NetworkEventText.Gigabytes(result.Ledger.Sent.Total)}; {result.Events.Count} events\n");
    }

    // A peer is all that the defaults lack.
    private static string[] WithPeer(string[] set) =>
        set.Any(pair => pair.StartsWith("NET_PEERS=", StringComparison.Ordinal)) ? set : [.. set, "NET_PEERS=10.0.0.2"];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;

namespace LoadShaper.Cli.Load.Distribution;

/// <summary>The options of `load run` that distribute it over workers.</summary>
internal sealed class DistributionOptions
{
    private readonly Option<string?> _workers = new("--workers") { Description = "Wait for this many workers that join from other machines; see load worker.", HelpName = "N" };
    private readonly Option<string?> _localWorkers = new("--local-workers") { Description = "Start this many workers as processes on this machine.", HelpName = "N" };
    private readonly Option<string?> _listen = new("--listen") { Description = "Where workers join; 127.0.0.1:7946 when left out. Without --certificate only loopback and private addresses.", HelpName = "HOST:PORT" };
    private readonly Option<string?> _joinTimeout = new("--join-timeout") { Description = "Longest wait for the workers; 2m when left out.", HelpName = "2m" };
    private readonly Option<string?> _onWorkerLoss = new("--on-worker-loss") { Description = "keep: a lost worker's share is not sent (the default); rebalance: the others send it. Exit code 5 in both cases.", HelpName = "NAME" };
    private readonly Option<string?> _certificate = Certificate();

    public static Option<string?> Certificate() => new("--certificate") { Description = "Certificate file for mutual TLS, the same on every machine; see load cert.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_workers, _localWorkers, _listen, _joinTimeout, _onWorkerLoss, _certificate])
            command.Add(option);
        _onWorkerLoss.CompletionSources.Add(DistributionFlags.Keep, DistributionFlags.Rebalance);
    }

    public DistributionFlags Flags(ParseResult parsed) => new(
        parsed.GetValue(_workers), parsed.GetValue(_localWorkers), parsed.GetValue(_listen), parsed.GetValue(_joinTimeout), parsed.GetValue(_onWorkerLoss), parsed.GetValue(_certificate));
}

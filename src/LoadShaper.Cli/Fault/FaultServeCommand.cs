using System.CommandLine;
using System.Runtime.InteropServices;
using LoadShaper.LoadTest.Faults.Configuration;
using LoadShaper.LoadTest.Faults.Control;
using LoadShaper.LoadTest.Faults.Model;
using LoadShaper.LoadTest.Scenarios;

namespace LoadShaper.Cli.Fault;

/// <summary>`loadshaper fault proxy` and `fault dns`: run until SIGINT or SIGTERM; SIGHUP or a change of the file loads it again.</summary>
internal static class FaultServeCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    public static Command CreateProxy() => Create("proxy", "Run the proxies (and the resolver) of a configuration file. SIGHUP loads it again.", c => c,
        c => c.Proxies.Count == 0 && c.Dns is null ? "it has no proxies; expected proxies: [{listen: 127.0.0.1:9001, upstream: 127.0.0.1:8080, policy: mobile_3g}]" : null);

    public static Command CreateDns() => Create("dns", "Run the resolver of a configuration file.", c => c with { Proxies = [] },
        c => c.Dns is null ? "it has no dns; expected dns: {listen: 127.0.0.1:5353, upstream: 127.0.0.53:53, policy: slow_dns}" : null);

    private static Command Create(string name, string description, Func<FaultConfiguration, FaultConfiguration> part, Func<FaultConfiguration, string?> missing)
    {
        var path = new Argument<string>("config") { Description = "The configuration file.", HelpName = "CONFIG.yaml" };
        var check = new Option<bool>("--check") { Description = "Only read the file. Exit code 0, or 78 with all problems." };
        var watch = new Option<bool>("--watch") { Description = "Load the file again when it changes." };
        var command = new Command(name, description) { path, check, watch };
        command.SetAction(async (parsed, cancel) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var file = parsed.GetValue(path)!;
            FaultConfiguration Read()
            {
                var configuration = part(FaultConfigurationReader.ReadFile(file));
                return missing(configuration) is { } problem ? throw new ScenarioException([new ScenarioProblem(file, 0, 0, problem)]) : configuration;
            }
            try
            {
                var configuration = Read();
                if (parsed.GetValue(check))
                {
                    output.WriteLine($"{file}: {configuration.Policies.Count} policies, {configuration.Rules.Count} rules, {configuration.Proxies.Count} proxies");
                    return ExitCode.Ok;
                }
                await ServeAsync(configuration, Read, parsed.GetValue(watch) ? file : null, output, error, cancel);
                return ExitCode.Ok;
            }
            catch (ScenarioException e)
            {
                foreach (var problem in e.Problems)
                    error.WriteLine(problem);
                return ExitCode.Config;
            }
            catch (IOException e)
            {
                error.WriteLine(e.Message);
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static async Task ServeAsync(FaultConfiguration configuration, Func<FaultConfiguration> read, string? watched, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var reload = new SemaphoreSlim(0);
        void OnStop(PosixSignalContext context)
        {
            // A second signal ends the process.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload.Release();
        });
        await using var host = await FaultHost.StartAsync(configuration, defect => error.WriteLine($"defect: {defect}"));
        await using var control = new ControlServer(host);
        if (configuration.Control is { } endpoint)
        {
            await control.StartAsync(endpoint);
            output.WriteLine($"control: http://{endpoint with { Port = control.Port }}/proxies");
        }
        await PrintAsync(host, output);
        var changed = Stamp(watched);
        try
        {
            while (true)
            {
                if (!await reload.WaitAsync(watched is null ? Timeout.InfiniteTimeSpan : WatchInterval, stop.Token) && Stamp(watched) == changed)
                    continue;
                changed = Stamp(watched);
                await ReloadAsync(host, read, output, error);
            }
        }
        catch (OperationCanceledException)
        {
            output.WriteLine("stopped");
        }
    }

    /// <summary>A file with mistakes changes nothing.</summary>
    private static async Task ReloadAsync(FaultHost host, Func<FaultConfiguration> read, TextWriter output, TextWriter error)
    {
        try
        {
            await host.ApplyAsync(read());
            output.WriteLine("configuration loaded again");
            await PrintAsync(host, output);
        }
        catch (Exception e) when (e is ScenarioException or IOException)
        {
            error.WriteLine($"configuration not loaded; the earlier one stays in use\n{e.Message}");
        }
    }

    private static async Task PrintAsync(FaultHost host, TextWriter output)
    {
        var status = await host.StatusAsync();
        foreach (var proxy in status.Proxies)
            output.WriteLine($"{proxy.Settings.Name}: {proxy.Settings.Protocol.ToString().ToLowerInvariant()} {proxy.Listen} -> {proxy.Settings.Upstream}, "
                + (!proxy.Settings.Enabled ? "disabled" : proxy.Settings.Policy is { } policy ? $"policy {policy.Name}: {PolicyFormatter.Line(policy)}" : "policy by rules"));
        if (status.DnsPort is { } port)
            output.WriteLine($"dns: udp {host.Configuration.Dns!.Listen with { Port = port }}");
        output.Flush();
    }

    private static DateTime Stamp(string? file) => file is null ? default : File.GetLastWriteTimeUtc(file);
}

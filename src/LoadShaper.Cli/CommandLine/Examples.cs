using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LoadShaper.Cli.CommandLine;

/// <summary>The examples at the end of each command's help.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> Of = new()
    {
        ["loadshaper"] = ["loadshaper doctor", "loadshaper run --data-dir /var/lib/loadshaper", "loadshaper config --explain CPU_P95_SETPOINT"],
        ["loadshaper run"] = ["PROTECT_WITH=cpu loadshaper run --data-dir /var/lib/loadshaper"],
        ["loadshaper metrics"] = ["loadshaper metrics", "loadshaper metrics --markdown"],
        ["loadshaper receive"] = ["NET_PEERS=10.0.0.2 loadshaper receive"],
        ["loadshaper config"] = ["loadshaper config", "loadshaper config --explain CPU_P95_STRATEGY", "loadshaper config --env-template > loadshaper.env"],
        ["loadshaper doctor"] = ["loadshaper doctor --data-dir /var/lib/loadshaper"],
        ["loadshaper simulate"] = ["loadshaper simulate --shape a1-flex-2 --foreign sine:0:40 --noise 1"],
        ["loadshaper simulate memory"] = ["loadshaper simulate memory --shape a1-flex-2 --memory 12"],
        ["loadshaper simulate network"] = ["loadshaper simulate network --set NET_TARGET_PCT=23 --set NET_LINK_MBIT=50 --peers-down 3d:12h"],
        ["loadshaper replay"] = ["loadshaper replay --data-dir /var/lib/loadshaper --from 1d"],
        ["loadshaper status"] = ["loadshaper status", "loadshaper status --data-dir /var/lib/loadshaper"],
        ["loadshaper oracle"] = ["loadshaper oracle"],
        ["loadshaper oracle policy"] = ["loadshaper oracle policy"],
        ["loadshaper fleet"] = ["FLEET_PEERS=vm1=http://10.0.0.11:8080,vm2=http://10.0.0.12:8080 loadshaper fleet --watch"],
        ["loadshaper alert"] = ["loadshaper alert test"],
        ["loadshaper alert test"] = ["ALERT_URLS=ntfy://ntfy.sh/TOPIC loadshaper alert test"],
        ["loadshaper explain"] = ["loadshaper explain UNKNOWN"],
        ["loadshaper healthcheck"] = ["HEALTH_PORT=8080 loadshaper healthcheck"],
        ["loadshaper completion"] = ["loadshaper completion bash > ~/.local/share/bash-completion/completions/loadshaper"],
        ["loadshaper help"] = ["loadshaper help run"],
        ["loadshaper load"] = ["loadshaper load run http://127.0.0.1:8080/health --rate 50/s --duration 10s"],
        ["loadshaper load run"] = ["loadshaper load run http://127.0.0.1:8080/health --rate 50/s --duration 10s", "loadshaper load run scenario.yaml", "loadshaper load run scenario.yaml --workers 3 --listen 10.0.0.5:7946"],
        ["loadshaper load worker"] = ["loadshaper load worker --join 10.0.0.5:7946"],
        ["loadshaper load cert"] = ["loadshaper load cert load.pem"],
        ["loadshaper load check"] = ["loadshaper load check scenario.yaml"],
        ["loadshaper load quick"] = ["loadshaper load quick http://127.0.0.1:8080"],
        ["loadshaper load full"] = ["loadshaper load full http://127.0.0.1:8080"],
        ["loadshaper load compare"] = ["loadshaper load compare results/before results/after"],
        ["loadshaper load report"] = ["loadshaper load report results"],
        ["loadshaper load baseline"] = ["loadshaper load baseline results/latest"],
        ["loadshaper load archive"] = ["loadshaper load archive results/latest"],
        ["loadshaper load soak"] = ["loadshaper load soak http://127.0.0.1:8080/health --rate 20/s --metrics http://127.0.0.1:8080/metrics"],
        ["loadshaper fault"] = ["loadshaper fault profiles > faults.yaml", "loadshaper fault baseline http://127.0.0.1:8080/health --policy mobile_3g"],
        ["loadshaper fault proxy"] = ["loadshaper fault proxy faults.yaml", "loadshaper fault proxy faults.yaml --check"],
        ["loadshaper fault dns"] = ["loadshaper fault dns faults.yaml"],
        ["loadshaper fault profiles"] = ["loadshaper fault profiles"],
        ["loadshaper fault netem"] = ["loadshaper fault netem mobile_3g --dev eth0"],
        ["loadshaper fault baseline"] = ["loadshaper fault baseline http://127.0.0.1:8080/health --rate 50/s --duration 10s --policy mobile_3g"],
        ["loadshaper version"] = ["loadshaper version"],
    };

    /// <summary>The examples of a command; empty when it has none.</summary>
    public static IReadOnlyList<string> For(Command command) => Of.GetValueOrDefault(UsageErrors.NameOf(command)) ?? [];

    /// <summary>Adds the examples to the help of the root and of every command below it.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
            if (help.Action is HelpAction action)
                help.Action = new WithExamples(action);
    }

    private sealed class WithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            var examples = For(parseResult.CommandResult.Command);
            if (examples.Count == 0)
                return code;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine("  " + example);
            return code;
        }
    }
}

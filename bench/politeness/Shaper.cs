using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LoadShaper.Politeness;

/// <summary>LoadShaper under test: the daemon itself, or its burning threads at fixed levels.</summary>
internal sealed class Shaper : IDisposable
{
    private readonly Child _child;
    private readonly string? _data;

    private Shaper(Child child, string? data)
    {
        _child = child;
        _data = data;
    }

    public Child Process => _child;

    /// <summary>Start to the first answer of /health; null for fixed levels.</summary>
    public TimeSpan? Answered { get; private init; }

    /// <summary>The burning threads, at exactly these intensities, each for so many minutes; the daemon chooses its own.</summary>
    /// <param name="first">The minute since 1970 from which on they follow each other.</param>
    /// <inheritdoc cref="Start"/>
    public static Shaper StartFixedLevels(IEnumerable<double> targets, long first = 0, int minutes = 1, string? group = null, bool loadCheck = false) =>
        new(Child.Role(group, "fixed-levels", string.Join(',', targets.Select(Text)), Text(first), Text(minutes), loadCheck ? "on" : "off").Drained(), null);

    /// <param name="loadCheck">
    /// Without it LoadShaper burns at any load average, which for minutes still includes what ran before.
    /// </param>
    public static Shaper Start(Options options, double target, string? group = null, bool loadCheck = false)
    {
        if (options.Daemon is null)
            return StartFixedLevels([target], group: group, loadCheck: loadCheck);

        var data = Directory.CreateTempSubdirectory("politeness-").FullName;
        var port = FreePort();
        var watch = Stopwatch.StartNew();
        var child = Child.Start(group, "dotnet", [options.Daemon, "run", "--data-dir", data], Environment(target, port, loadCheck)).Drained();
        return new Shaper(child, data) { Answered = Answers(port, watch) };
    }

    /// <summary>Waits until it burns about what was ordered; false when it does not come to that in two minutes.</summary>
    public bool AwaitBurning(double target)
    {
        for (var i = 0; i < 24; i++)
        {
            var before = _child.Cpu;
            Thread.Sleep(5000);
            if ((_child.Cpu - before).TotalSeconds / 5 / System.Environment.ProcessorCount * 100 > 0.8 * target)
                return true;
        }

        return false;
    }

    public void Dispose()
    {
        _child.Dispose();
        if (_data is not null)
            Directory.Delete(_data, recursive: true);
    }

    // One intensity in every slot. Targets of zero would be refused, so idling comes by the gate: memory is always in use.
    private static Dictionary<string, string> Environment(double target, int port, bool loadCheck)
    {
        var settings = new Dictionary<string, string>
        {
            ["HEALTH_PORT"] = Text(port),
            ["NET_ACTIVATION"] = "off",
            ["JITTER_PCT"] = "0",
            ["LOAD_CHECK_ENABLED"] = loadCheck ? "true" : "false",
        };
        if (target <= 0)
        {
            settings["MEM_STOP_PCT"] = "1";
            return settings;
        }

        settings["CPU_P95_TARGET_MIN"] = Text(target - 2);
        settings["CPU_P95_TARGET_MAX"] = Text(target + 2);
        settings["CPU_P95_SETPOINT"] = Text(target);
        settings["CPU_P95_HIGH_INTENSITY"] = Text(target);
        settings["CPU_P95_BASELINE_INTENSITY"] = Text(target - 0.1);
        return settings;
    }

    // By the plainest of means: what waits for the answer takes CPU time from what is to give it.
    private static TimeSpan? Answers(int port, Stopwatch watch)
    {
        var request = "GET /health HTTP/1.0\r\n\r\n"u8;
        var answer = new byte[16];
        while (watch.Elapsed < TimeSpan.FromSeconds(20))
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                socket.Send(request);
                if (socket.Receive(answer) > 0)
                    return watch.Elapsed;
            }
            catch (SocketException)
            {
                Thread.Sleep(5);
            }
        }

        return null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

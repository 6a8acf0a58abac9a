using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LoadShaper.LoadTest.Plan;
using LoadShaper.LoadTest.Reports;

namespace LoadShaper.LoadTest.Checklist;

/// <summary>Reads what the checklist judges: this machine's files, and one request to each target.</summary>
/// <param name="root">"/" on a machine, a directory in tests.</param>
public sealed class FactsReader(string root)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="output">The directory of the coming run; null: the current one.</param>
    public async Task<GeneratorFacts> ReadMachineAsync(string? output, CancellationToken cancel)
    {
        var before = CpuTimes(Text("proc/stat"));
        await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        var idle = Idle(before, CpuTimes(Text("proc/stat")));
        var directory = Path.GetFullPath(output ?? ".");
        return new GeneratorFacts(
            FileDescriptors(Text("proc/self/limits")),
            Ports(Text("proc/sys/net/ipv4/ip_local_port_range")),
            DiskUsed(directory),
            MachineInfo.Parse(Text("proc/meminfo"), "MemAvailable:") is > 0 and var kib ? kib * 1024 : null,
            idle,
            Synchronised(),
            Text("sys/devices/system/clocksource/clocksource0/current_clocksource").Trim() is { Length: > 0 } source ? source : null,
            output is null ? [] : [.. Comparison.RunStore.AllFiles.Where(f => File.Exists(Path.Combine(directory, f)))]);
    }

    public static async Task<TargetFacts> ReadTargetAsync(RunPlan plan, int index, CancellationToken cancel)
    {
        var target = plan.Targets[index];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        IPAddress[] addresses = [];
        if (target.UnixSocketPath is null)
        {
            try
            {
                addresses = target.Addresses.Count > 0 ? [.. target.Addresses] : await Dns.GetHostAddressesAsync(target.Host, limit.Token);
            }
            catch (Exception e) when (IsExpected(e, cancel))
            {
                return new TargetFacts(target.Name, target.Host, [], Reason(e), null, null, null);
            }
        }
        var facts = new TargetFacts(target.Name, target.Host, [.. addresses.Select(a => a.ToString())], null, null, null, null);
        if (target.Protocol == TargetProtocol.UdpEcho)
            return facts;
        try
        {
            foreach (var endpoint in target.UnixSocketPath is { } path ? [new UnixDomainSocketEndPoint(path.StartsWith('@') ? "\0" + path[1..] : path)] : addresses.Select(a => (EndPoint)new IPEndPoint(a, target.Port)))
            {
                using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(endpoint, limit.Token);
            }
        }
        catch (Exception e) when (IsExpected(e, cancel))
        {
            return facts with { ConnectProblem = Reason(e) };
        }
        var step = plan.Flows.SelectMany(f => f.Steps).OfType<HttpStep>().FirstOrDefault(s => s.Target == index && s.Method is "GET" or "HEAD" && s.Path.IsLiteral);
        return step is null ? facts : await StatusAsync(facts, target, step, limit.Token, cancel);
    }

    /// <summary>Null where the target is not a LoadShaper daemon with admission limits.</summary>
    public static async Task<DaemonFacts?> ReadDaemonAsync(LoadTarget target, CancellationToken cancel)
    {
        if (target.Protocol is not (TargetProtocol.Http or TargetProtocol.Https) || target.UnixSocketPath is not null)
            return null;
        try
        {
            using var client = Client(target);
            client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            return ParseDaemon(await client.GetStringAsync(new Uri(Origin(target), "/metrics"), cancel));
        }
        // InvalidOperationException: an unknown charset.
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    internal static DaemonFacts? ParseDaemon(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("resource_status", out var status) || status.ValueKind != JsonValueKind.Object)
            return null;
        double Number(string name) => status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
        IReadOnlyList<string> Texts(string name) => status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(v => v.ToString())]
            : [];
        return new DaemonFacts(Number("memory_mb"), Number("cpu_percent"), (int)Number("concurrent_requests"), (int)Number("requests_per_minute"), Texts("warnings"), Texts("violations"));
    }

    internal static long? FileDescriptors(string limits) =>
        limits.Split('\n').FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) is { } line
        && line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            ? soft == "unlimited" ? long.MaxValue : long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : null
            : null;

    internal static (int First, int Last)? Ports(string range) =>
        range.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) is [var first, var last]
        && int.TryParse(first, CultureInfo.InvariantCulture, out var from) && int.TryParse(last, CultureInfo.InvariantCulture, out var to) ? (from, to) : null;

    /// <summary>Idle and total ticks of the first line of /proc/stat; idle includes waiting for disks.</summary>
    internal static (long Idle, long Total)? CpuTimes(string stat)
    {
        var fields = stat.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 6 || fields[0] != "cpu")
            return null;
        var ticks = fields.Skip(1).Take(8).Select(f => long.TryParse(f, CultureInfo.InvariantCulture, out var value) ? value : 0).ToArray();
        return (ticks[3] + ticks[4], ticks.Sum());
    }

    internal static double? Idle((long Idle, long Total)? before, (long Idle, long Total)? after) =>
        before is var (idle, total) && after is var (idleAfter, totalAfter) && totalAfter > total
            ? Math.Clamp((double)(idleAfter - idle) / (totalAfter - total), 0, 1)
            : null;

    /// <summary>As df computes it: the share of what an ordinary user can use.</summary>
    internal static double? DiskUsed(string directory)
    {
        try
        {
            while (!Directory.Exists(directory))
                directory = Path.GetDirectoryName(directory) ?? "/";
            var drive = new DriveInfo(directory);
            var used = drive.TotalSize - drive.TotalFreeSpace;
            return drive.TotalSize == 0 ? null : (double)used / (used + drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<TargetFacts> StatusAsync(TargetFacts facts, LoadTarget target, HttpStep step, CancellationToken limit, CancellationToken cancel)
    {
        try
        {
            using var client = Client(target);
            using var request = new HttpRequestMessage(new HttpMethod(step.Method), new Uri(Origin(target), step.Path.ToString()));
            foreach (var header in step.Headers.Where(h => h.Value.IsLiteral))
                request.Headers.TryAddWithoutValidation(header.Name, header.Value.ToString());
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            return facts with { Status = (int)response.StatusCode };
        }
        catch (Exception e) when (IsExpected(e, cancel))
        {
            return facts with { StatusProblem = Reason(e) };
        }
    }

    private static HttpClient Client(LoadTarget target)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (target.AllowAnyCertificate)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        if (target.UnixSocketPath is { } path)
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path.StartsWith('@') ? "\0" + path[1..] : path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            };
        return new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = 16 << 20 };
    }

    private static Uri Origin(LoadTarget target) => new(target.UnixSocketPath is null ? target.Name : "http://localhost/");

    private bool? Synchronised() => File.Exists(Path.Combine(root, "run/systemd/timesync/synchronized")) ? true
        : Directory.Exists(Path.Combine(root, "run/systemd/timesync")) ? false
        : null;

    private string Text(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool IsExpected(Exception e, CancellationToken cancel) =>
        e is SocketException or HttpRequestException or IOException || e is OperationCanceledException && !cancel.IsCancellationRequested;

    private static string Reason(Exception e) => e switch
    {
        OperationCanceledException => $"no answer within {Patience.TotalSeconds:0} s",
        { InnerException: { } inner } => inner.Message,
        _ => e.Message,
    };
}

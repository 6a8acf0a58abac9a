using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace LoadShaper.Cli.Tests.Fault;

/// <summary>`loadshaper fault proxy` ends by SIGKILL while data is on its way.</summary>
public sealed class FaultKillTests : IDisposable
{
    private const int Clients = 8;

    private readonly string _directory = Directory.CreateTempSubdirectory("loadshaper-fault-kill-").FullName;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly TcpListener _upstream = new(IPAddress.Loopback, 0);
    private readonly List<Process> _started = [];

    public FaultKillTests() => _upstream.Start(Clients);

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Kill();
            process.Dispose();
        }
        _upstream.Dispose();
        _limit.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_killed_proxy_ends_the_connections_of_both_sides_and_frees_its_port()
    {
        var (killed, port) = await StartAsync(listen: 0);
        var exchanged = Enumerable.Range(0, Clients).Select(_ => new TaskCompletionSource()).ToArray();
        var serving = Task.WhenAll(exchanged.Select(_ => EchoAsync()));
        var clients = Task.WhenAll(exchanged.Select(first => SendUntilTheEndAsync(port, first)));
        await Task.WhenAll(exchanged.Select(first => first.Task)).WaitAsync(_limit.Token);
        killed.Kill();
        await killed.WaitForExitAsync(_limit.Token);
        Assert.Equal(128 + 9, killed.ExitCode);

        // They end only with an end of file or a reset, not with a time-out.
        await clients;
        await serving;
        using var refused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => refused.ConnectAsync(IPAddress.Loopback, port))).SocketErrorCode);
        Assert.Equal(["faults.yaml"], Directory.EnumerateFileSystemEntries(_directory).Select(Path.GetFileName));

        Assert.Equal(port, (await StartAsync(port)).Port);
        var echo = EchoAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, port, _limit.Token);
            await client.GetStream().WriteAsync(new byte[] { 7 }, _limit.Token);
            var answer = new byte[1];
            Assert.Equal(1, await client.GetStream().ReadAsync(answer, _limit.Token));
            Assert.Equal(7, answer[0]);
        }
        await echo;
    }

    private async Task<(Process Process, int Port)> StartAsync(int listen)
    {
        var path = Path.Combine(_directory, "faults.yaml");
        // The delay keeps bytes in the proxy at all times.
        File.WriteAllText(path, $"proxies: [{{name: p, listen: '127.0.0.1:{listen}', upstream: '{_upstream.LocalEndpoint}', policy: {{latency: 10ms}}}}]\n");
        var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", typeof(ExitCode).Assembly.Location, "fault", "proxy", path])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory,
        })!;
        _started.Add(process);
        var line = await process.StandardOutput.ReadLineAsync(_limit.Token);
        Assert.NotNull(line);
        Assert.StartsWith("p: tcp 127.0.0.1:", line);
        return (process, int.Parse(line["p: tcp 127.0.0.1:".Length..line.IndexOf(" ->", StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task EchoAsync()
    {
        using var connection = await _upstream.AcceptSocketAsync(_limit.Token);
        var buffer = new byte[10_000];
        await UntilTheEndAsync(async () =>
        {
            var count = await connection.ReceiveAsync(buffer, _limit.Token);
            return count > 0 && await connection.SendAsync(buffer.AsMemory(0, count), _limit.Token) > 0;
        });
    }

    private async Task SendUntilTheEndAsync(int port, TaskCompletionSource exchanged)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port);
        var buffer = new byte[10_000];
        await UntilTheEndAsync(async () =>
        {
            await client.SendAsync(new byte[1_000], _limit.Token);
            if (await client.ReceiveAsync(buffer, _limit.Token) == 0)
                return false;
            exchanged.TrySetResult();
            return true;
        });
    }

    private static async Task UntilTheEndAsync(Func<Task<bool>> exchange)
    {
        try
        {
            while (await exchange())
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // A reset, or EPIPE when data is sent after it.
        }
    }
}

using System.Net;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Network;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Cpu.Burning;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.Doctor;

/// <summary>All checks, in an order in which a failure of one explains the next. An exception in a check is that check's result.</summary>
/// <param name="root">"/" on a machine, a fixture in tests.</param>
/// <param name="environment">Of the process.</param>
/// <param name="now">The time to judge.</param>
internal sealed class Examination(string root, IReadOnlyDictionary<string, string> environment, DateTimeOffset now)
{
    private readonly List<CheckResult> _results = [];

    public async Task<IReadOnlyList<CheckResult>> RunAsync(LoadedConfiguration loaded)
    {
        // With a wrong setting the remaining checks use its default, so that every problem is reported in one run.
        var settings = loaded.Reading.Settings ?? WithDefaults(loaded.Reading);
        var data = new DataDirectory(Path.GetFullPath(settings.PersistenceDir));
        var proc = new ProcFs(Path.Combine(root, "proc"), Path.Combine(root, "sys"), Path.Combine(root, "host/proc"));

        Add("settings", () => SettingsChecks.Settings(loaded.Reading));
        Add("shape", () => SettingsChecks.Shape(loaded.Shape));
        if (loaded.Reading.Settings is not null)
            Add("idle rule", () => [SettingsChecks.Rule(settings, loaded.Shape.Family)]);
        var running = ExamineStorage(data);

        Add("clock", () => [MachineChecks.Clock(now, data.JournalPath, data.SamplesPath)]);
        await AddAsync("/proc", async () => [await MachineChecks.ProcAsync(proc, loaded.Shape.Cpus, Task.Delay)]);
        Add("pressure (PSI)", () => [MachineChecks.Pressure(proc)]);
        Add("CPU rank", () => LimitChecks.Politeness(root, settings, loaded.Shape.Cpus));
        Add("usable CPUs", () => [LimitChecks.UsableCpus(
            new CpuReach(LinuxThread.UsableCpus(Environment.ProcessId), loaded.Shape.Cpus, new PolitenessCheck(root).ReadQuota()), settings)]);
        Add("SCHED_IDLE", () => [LimitChecks.LowestRank(LinuxThread.RankLowest)]);
        Add("memory limit", () =>
        {
            var cgroup = CgroupMemoryFiles.Find();
            return [LimitChecks.Memory(cgroup.Read(loaded.Shape.Memory)?.Limit, cgroup.DiesAsOne(), settings, loaded.Shape.Memory)];
        });
        Add("interface", () => [InterfaceChecks.Interface(proc, settings.Network, loaded.Reading.Values, InterfaceNames.OfThisMachine)]);
        await AddAsync("peers", () => NetworkChecks.PeersAsync(settings.Network, Dns.GetHostAddressesAsync, PeerResolver.TryOwnAddresses));
        Add("network key", () => [NetworkChecks.Key(settings.Network)]);
        var metadata = new Uri(settings.Oracle.MetadataUrl);
        await AddAsync("OCI monitoring", () => OracleChecks.RunAsync(
            settings.Oracle, loaded.Shape.IsOracle, () => new MetadataService(metadata), () => new OracleSession(metadata, TimeProvider.System), now));
        Add("health port", () => [NetworkChecks.Port(settings.Health, running)]);
        Add("health exposure", () => [NetworkChecks.Exposure(settings.Health)]);
        Add("HTTP limits", () => [NetworkChecks.Limits(settings.Health)]);
        Add("alerts", () => [AlertChecks.Alerts(settings)]);
        Add("fleet", () => AlertChecks.Fleet(settings.Fleet, settings.Health, PeerResolver.TryOwnAddresses));
        return _results;
    }

    /// <returns>Whether a LoadShaper runs on the directory.</returns>
    private bool ExamineStorage(DataDirectory data)
    {
        var running = false;
        var writable = false;
        Add("data directory", () =>
        {
            var result = StorageChecks.Writable(data);
            writable = result.Status == CheckStatus.Pass;
            return [result];
        });
        Add("data volume", () => [StorageChecks.Kept(root, environment, data.Path)]);
        if (!Directory.Exists(data.Path))
            return false;
        Add("free space", () => [StorageChecks.Space(data.Path)]);
        if (writable)
        {
            Add("data file system", () => [StorageChecks.Wal(data.Path, WalProbe.Refusal)]);
            Add("instance lock", () =>
            {
                var held = StorageChecks.Lock(data.Path);
                running = held.Status == CheckStatus.Warn;
                return [held];
            });
        }
        Add("journal", () => [DatabaseChecks.Database("journal", data.JournalPath)]);
        Add("samples", () => [DatabaseChecks.Database("samples", data.SamplesPath)]);
        return running;
    }

    private void Add(string name, Func<IEnumerable<CheckResult>> check)
    {
        try
        {
            _results.AddRange(check().ToArray());
        }
        catch (Exception e)
        {
            // The other checks must still report.
            _results.Add(Failed(name, e));
        }
    }

    private async Task AddAsync(string name, Func<Task<IReadOnlyList<CheckResult>>> check)
    {
        try
        {
            _results.AddRange(await check());
        }
        catch (Exception e)
        {
            // As above.
            _results.Add(Failed(name, e));
        }
    }

    internal static CheckResult Failed(string name, Exception e) =>
        CheckResult.Warn(name, $"this check failed: {e.GetType().Name}: {e.Message}", "read the message; if it is not about this machine, report it as a bug");

    private static LoadShaperSettings WithDefaults(SettingsReading reading)
    {
        var settings = new LoadShaperSettings();
        foreach (var value in reading.Values)
            if (value.Text != "" && value.Setting.Read(value.Text).Put is { } put)
                settings = put(settings);
        return settings;
    }
}

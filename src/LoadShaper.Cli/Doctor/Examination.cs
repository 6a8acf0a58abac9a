using System.Net;
using LoadShaper.Daemon.Configuration;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Hosting;
using LoadShaper.Daemon.Memory;
using LoadShaper.Daemon.Network;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Settings;

namespace LoadShaper.Cli.Doctor;

/// <summary>All checks in the order in which a failure of one explains the next.</summary>
/// <param name="root">"/" on a machine, a fixture in tests.</param>
/// <param name="environment">Of the process.</param>
/// <param name="now">The time to judge.</param>
internal sealed class Examination(string root, IReadOnlyDictionary<string, string> environment, DateTimeOffset now)
{
    public async Task<IReadOnlyList<CheckResult>> RunAsync(LoadedConfiguration loaded)
    {
        // With a broken setting the rest is looked at with the defaults in its place, so that everything is told at once.
        var settings = loaded.Reading.Settings ?? Mended(loaded.Reading);
        var data = new DataDirectory(Path.GetFullPath(settings.PersistenceDir));
        var proc = new ProcFs(Path.Combine(root, "proc"), Path.Combine(root, "sys"), Path.Combine(root, "host/proc"));

        List<CheckResult> results = [.. SettingsChecks.Settings(loaded.Reading), .. SettingsChecks.Shape(loaded.Shape)];
        if (loaded.Reading.Settings is not null)
            results.Add(SettingsChecks.Rule(settings, loaded.Shape.Family));

        var running = false;
        var writable = StorageChecks.Writable(data);
        results.Add(writable);
        results.Add(StorageChecks.Kept(root, environment, data.Path));
        if (Directory.Exists(data.Path))
        {
            results.Add(StorageChecks.Space(data.Path));
            if (writable.Status == CheckStatus.Pass)
            {
                var held = StorageChecks.Lock(data.Path);
                running = held.Status == CheckStatus.Warn;
                results.Add(held);
            }
            results.Add(StorageChecks.Database("journal", data.JournalPath));
            results.Add(StorageChecks.Database("samples", data.SamplesPath));
        }

        results.Add(MachineChecks.Clock(now, data.JournalPath, data.SamplesPath));
        results.Add(MachineChecks.Proc(proc));
        results.Add(MachineChecks.Pressure(proc));
        results.AddRange(LimitChecks.Politeness(root, settings, loaded.Shape.Cpus));
        results.Add(LimitChecks.LowestRank(LinuxThread.RankLowest));
        var cgroup = CgroupMemoryFiles.Find();
        results.Add(LimitChecks.Memory(cgroup.Read(loaded.Shape.Memory)?.Limit, cgroup.DiesAsOne(), settings, loaded.Shape.Memory));
        results.Add(NetworkChecks.Interface(proc, settings.Network));
        results.AddRange(await NetworkChecks.PeersAsync(settings.Network, Dns.GetHostAddressesAsync, PeerResolver.OwnAddresses()));
        results.Add(NetworkChecks.Port(settings.Health, running));
        return results;
    }

    private static LoadShaperSettings Mended(SettingsReading reading)
    {
        var settings = new LoadShaperSettings();
        foreach (var value in reading.Values)
            if (value.Text != "" && value.Setting.Parse(value.Text).Put is { } put)
                settings = put(settings);
        return settings;
    }
}

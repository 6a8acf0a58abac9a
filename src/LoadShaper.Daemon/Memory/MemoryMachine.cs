using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>What the occupier needs of the machine.</summary>
/// <param name="StartProcess">A holder as a process.</param>
/// <param name="StartThread">A holder in the daemon, where no process can be started.</param>
/// <param name="Cgroup">Our cgroup's limit on a machine with that much memory; null without one.</param>
/// <param name="OomKills">The kernel's count of OOM kills; null where it does not say.</param>
internal sealed record MemoryMachine(
    StartHolder StartProcess, StartHolder StartThread, Func<ByteSize, CgroupMemory?> Cgroup, Func<long?> OomKills)
{
    internal static MemoryMachine Real()
    {
        var cgroup = CgroupMemoryFiles.Find();
        return new MemoryMachine(
            (report, ended) => HolderProcess.Start(HolderCommandLine.OfThisProcess(), report, ended),
            (report, ended) => HolderThread.Start(
                line => new Holder(line, MemoryWatch.OfThisMachine, HugePages.Read()), report, ended),
            cgroup.Read,
            Memory.OomKills.Read);
    }
}

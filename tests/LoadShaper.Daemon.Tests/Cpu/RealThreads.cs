using Xunit;

namespace LoadShaper.Daemon.Tests.Cpu;

/// <summary>Tests whose threads the kernel ranks below everything: beside other tests they would wait for all of them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealThreads
{
    public const string Name = "real threads";
}

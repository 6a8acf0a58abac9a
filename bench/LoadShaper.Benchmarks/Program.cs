using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using LoadShaper.Benchmarks;

// Without `plain`: BenchmarkDotNet, with its own arguments, as a short job.
if (args is ["plain", .. var rest])
    return await PlainRun.Run(rest);

BenchmarkSwitcher.FromAssembly(typeof(PlainRun).Assembly).Run(args, DefaultConfig.Instance.AddJob(Job.ShortRun));
return 0;

using System.Diagnostics;
using System.Globalization;
using Akka.Actor;

namespace LoadShaper.Benchmarks;

/// <summary>
/// Each workload against a stopwatch: the best of five, one line each. Given the output of an earlier run, of another build or of
/// the other Akka, it adds the ratio to it.
/// </summary>
internal static class PlainRun
{
    private const int Rounds = 5;

    public static async Task<int> Run(string[] args)
    {
        var earlier = args is [var file] ? Read(file) : [];
        Console.WriteLine($"# {typeof(ActorSystem).Assembly.GetName().Name} {Version}, {Environment.ProcessorCount} CPUs, .NET {Environment.Version}");
        foreach (var create in Workload.All)
        {
            await using var workload = create();
            await workload.Start();
            await workload.Run();
            var best = TimeSpan.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                await workload.Run();
                best = watch.Elapsed < best ? watch.Elapsed : best;
            }

            var rate = workload.Operations / best.TotalSeconds;
            var ratio = earlier.TryGetValue(workload.Name, out var before)
                ? string.Create(CultureInfo.InvariantCulture, $"\tx{rate / before:0.00}")
                : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name}\t{rate:0}\t{workload.Unit}{ratio}"));
        }

        return 0;
    }

    private static string Version =>
        FileVersionInfo.GetVersionInfo(typeof(ActorSystem).Assembly.Location).ProductVersion ?? "of unknown version";

    private static Dictionary<string, double> Read(string file) => File.ReadLines(file)
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split('\t'))
        .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
}

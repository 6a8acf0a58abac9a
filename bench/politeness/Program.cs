using LoadShaper.Politeness;

// Roles are child processes of the benchmark; without one it is the benchmark itself.
return args switch
{
    ["role", "fixed-levels", var targets, var first, var minutes, var loadCheck] =>
        await FixedLevels.Run(targets.Split(',').Select(double.Parse).ToArray(), long.Parse(first), int.Parse(minutes), loadCheck == "on"),
    ["role", "starve"] => Starvation.Run(),
    ["role", "throughput", var seconds] => Foreground.Throughput(double.Parse(seconds)),
    ["role", "requests", var seconds, var work] => Foreground.Requests(double.Parse(seconds), long.Parse(work)),
    ["role", "wakeups", var seconds] => Foreground.WakeUps(double.Parse(seconds)),
    ["role", "pulse", var percent, var seconds] => Foreground.Pulse(double.Parse(percent), double.Parse(seconds)),
    ["role", "burn"] => Placements.Burn(),
    ["role", "calibrate"] => Foreground.Calibrate(),
    _ => Benchmark.Run(Options.Parse(args)),
};

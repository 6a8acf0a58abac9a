using System.Diagnostics;
using Akka.Actor;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

// The real occupier, policy and holder on the real memory of this machine, beside others whose use rises and falls:
//   dotnet run -c Release --project bench/memory/steady -- [minutes 10] [target % 10] [others' part, MiB 200] [period s 5]
// The CPU is given as calm, so that the gate stays open: the output shows how stable the memory reading is.
// Other work on the machine moves it too. Half a point is left alone by design; what moves by more than another
// half at once is followed within 20 s and a few periods, and readings off the target until then are counted apart.
double Argument(int index, double otherwise) => args.Length > index ? double.Parse(args[index], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
var length = TimeSpan.FromMinutes(Argument(0, 10));
var settings = new MemorySettings { Target = Percent.Of(Argument(1, 10)), Step = ByteSize.FromMiB(256) };
var others = ByteSize.FromMiB(Argument(2, 200));
var period = TimeSpan.FromSeconds(Argument(3, 5));

using var system = ActorSystem.Create("memory-steady");
var statuses = new Inbox();
var listener = system.ActorOf(Props.Create(() => new Listener(statuses)));
var occupier = system.ActorOf(Props.Create(() => new MemoryOccupier(settings, new GateSettings(), MemoryMachine.Real(), listener)));
occupier.Tell(new Levers(Cpu: false, Memory: true), listener);

using var memInfo = new MemInfoFile("/proc/meminfo");
using var foreign = new HeldPages(ByteSize.FromMiB(2), huge: false);
var start = Stopwatch.GetTimestamp();
var (ramp, readings, off, followed) = ((TimeSpan?)null, 0, new List<double>(), 0);
var follow = TimeSpan.FromSeconds(25) + 3 * period;

for (var now = TimeSpan.Zero; now < length; now = Stopwatch.GetElapsedTime(start))
{
    // Others rise and fall once in four minutes.
    var wanted = ByteSize.FromBytes((long)(others.Bytes * (1 - Math.Cos(2 * Math.PI * now.TotalMinutes / 4)) / 2));
    for (; foreign.Held + Pages.Huge <= wanted;)
        foreign.Grow();
    if (foreign.Held > wanted + Pages.Huge)
        foreign.Shrink(foreign.Held - wanted);

    var reading = memInfo.Read() ?? throw new InvalidOperationException("/proc/meminfo cannot be read");
    var used = MemoryUse.Of(reading).LowestShare.Value;
    if (Math.Abs(used - settings.Target.Value) <= 1)
        ramp ??= now;
    if (ramp is not null)
    {
        off.Add(Math.Abs(used - settings.Target.Value));
        if (off[^1] > 1 && statuses.OthersMoved(DateTimeOffset.UtcNow - follow) > 0.5)
            followed++;
    }

    if (readings++ % (int)Math.Max(1, period.TotalSeconds) == 0)
    {
        occupier.Tell(new Sample(
            DateTimeOffset.UtcNow, period, Environment.ProcessorCount,
            new CpuReading(Percent.Of(5), Percent.Of(5), Percent.Zero, Percent.Zero, Percent.Zero),
            reading, Network: null, new LoadReading(0, 0, 0, 0)));
    }

    Thread.Sleep(TimeSpan.FromSeconds(1));
}

var last = statuses.Last;
Console.WriteLine($"target {settings.Target}, held {last?.Held} by {last?.Holder}, ramp {ramp?.TotalSeconds:0} s, {off.Count} readings after it");
if (off.Count > 0)
{
    off.Sort();
    Console.WriteLine($"off the target: mean {off.Average():0.00}, 99 % within {off[(int)(0.99 * (off.Count - 1))]:0.00}, farthest {off[^1]:0.00} points; over 1 point in {off.Count(o => o > 1)}, of them {followed} while others' use had moved by more than half a point within {follow.TotalSeconds:0} s");
    Console.WriteLine($"others used {statuses.Range()} of the machine");
}

Console.WriteLine($"{statuses.Events.Count} events, {statuses.Events.OfType<MemoryReleased>().Sum(e => e.Amount.MiB):0} MiB given back in all:");
foreach (var happened in statuses.Events)
    Console.WriteLine($"  {happened.At:HH:mm:ss} {MemoryEventText.Of(happened)}");
await system.Terminate();

internal sealed class Inbox
{
    internal volatile MemoryStatus? Last;
    private readonly List<(DateTimeOffset At, double Percent)> _others = [];

    internal List<MemoryEvent> Events { get; } = [];

    internal void OnStatus(MemoryStatus status)
    {
        Last = status;
        if (status.Use is not { } use)
            return;
        lock (_others)
            _others.Add((status.At, use.Share(use.Lowest - (status.Resident ?? ByteSize.Zero)).Value));
    }

    /// <summary>Points between the least and the most that others used.</summary>
    internal double OthersMoved(DateTimeOffset since)
    {
        lock (_others)
        {
            var recent = _others.Where(other => other.At >= since).Select(other => other.Percent).DefaultIfEmpty().ToList();
            return recent.Max() - recent.Min();
        }
    }

    internal string Range()
    {
        lock (_others)
            return $"{_others.Min(other => other.Percent):0.0}-{_others.Max(other => other.Percent):0.0} %";
    }
}

internal sealed class Listener : ReceiveActor
{
    public Listener(Inbox inbox)
    {
        Receive<MemoryStatus>(inbox.OnStatus);
        Receive<MemoryEvent>(inbox.Events.Add);
    }
}

using System.Diagnostics;
using Akka.Actor;
using LoadShaper.Daemon.Memory;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

// The real occupier, policy and holder on the real memory of this machine, beside others whose use rises and falls:
//   dotnet run -c Release --project bench/memory/steady -- [minutes 10] [target % 10] [others' part, MiB 200] [period s 5]
// The CPU is given as calm, so that the gate stays open: what is shown is how still the reading of memory stands.
double Argument(int index, double otherwise) => args.Length > index ? double.Parse(args[index], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
var length = TimeSpan.FromMinutes(Argument(0, 10));
var settings = new MemorySettings { Target = Percent.Of(Argument(1, 10)), Step = ByteSize.FromMiB(256) };
var others = ByteSize.FromMiB(Argument(2, 200));
var period = TimeSpan.FromSeconds(Argument(3, 5));

using var system = ActorSystem.Create("memory-steady");
var statuses = new Inbox();
var listener = system.ActorOf(Props.Create(() => new Listener(statuses)));
var occupier = system.ActorOf(Props.Create(() => new MemoryOccupier(settings, new GateSettings(), MemoryMachine.Real(), listener, listener)));
occupier.Tell(new Levers(Cpu: false, Memory: true));

using var memInfo = new MemInfoFile("/proc/meminfo");
using var foreign = new HeldPages(ByteSize.FromMiB(2), huge: false);
var start = Stopwatch.GetTimestamp();
var (ramp, readings, off) = ((TimeSpan?)null, 0, new List<double>());

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
        off.Add(Math.Abs(used - settings.Target.Value));

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
    Console.WriteLine($"off the target: mean {off.Average():0.00}, 99 % within {off[(int)(0.99 * (off.Count - 1))]:0.00}, farthest {off[^1]:0.00} points; over 1 point in {off.Count(o => o > 1)}");
}

Console.WriteLine($"{statuses.Events.Count} events, {statuses.Events.OfType<MemoryReleased>().Sum(e => e.Amount.MiB):0} MiB given back in all:");
foreach (var happened in statuses.Events)
    Console.WriteLine($"  {happened.At:HH:mm:ss} {MemoryEventText.Of(happened)}");
await system.Terminate();

internal sealed class Inbox
{
    internal volatile MemoryStatus? Last;

    internal List<MemoryEvent> Events { get; } = [];
}

internal sealed class Listener : ReceiveActor
{
    public Listener(Inbox inbox)
    {
        Receive<MemoryStatus>(status => inbox.Last = status);
        Receive<MemoryEvent>(inbox.Events.Add);
    }
}

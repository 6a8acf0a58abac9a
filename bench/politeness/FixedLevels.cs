using System.Diagnostics;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Configuration;
using LoadShaper.Daemon.Cpu;
using LoadShaper.Daemon.Sampling;
using LoadShaper.Domain.Cpu;
using LoadShaper.Domain.Safety;
using LoadShaper.Domain.Sampling;
using LoadShaper.Domain.Units;

namespace LoadShaper.Politeness;

/// <summary>The daemon's sampler, gate and workers at given intensities, without journal, database and HTTP.</summary>
internal static class FixedLevels
{
    /// <param name="first">The minute since 1970 from which on the intensities follow each other.</param>
    public static async Task<int> Run(double[] targets, long first, int minutesEach, bool loadCheck)
    {
        var ended = new TaskCompletionSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.TrySetResult();
        });
        var settings = new SamplingSettings();
        var gate = new GateSettings { LoadCheck = loadCheck };
        var system = ActorSystem.Create("politeness", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        var group = system.ActorOf(Props.Create(() => new CpuWorkerGroup(
            settings, gate, CpuHardware.OfThisMachine(Environment.ProcessorCount, Percent.Of(targets.Max())), ActorRefs.Nobody)), "cpu");
        var controller = system.ActorOf(Props.Create(() => new Steady(gate, targets, first, minutesEach, group)), "controller");
        var reader = new SampleReader(
            new ProcFs(), new NetworkWatch("eth0", OfHost: false, BitRate.FromMbit(1000)), () => Stopwatch.GetElapsedTime(0));
        IReadOnlyList<IActorRef> listeners = [group, controller];
        system.ActorOf(Props.Create(() => new MetricsSampler(settings, reader, listeners)), "sampler");
        Console.WriteLine("ready");
        await ended.Task;
        await system.Terminate();
        return 0;
    }

    private sealed class Steady : ReceiveActor
    {
        private GateState _gate = GateState.Start;

        public Steady(GateSettings settings, double[] targets, long first, int minutesEach, IActorRef workers)
        {
            var held = new CpuSettings().TargetMin;
            Receive<Sample>(sample =>
            {
                var decision = GatePolicy.Decide(settings, _gate, GateInput.From(sample));
                if (decision.Event is { } happened)
                {
                    _gate = _gate.Apply(happened);
                    Console.WriteLine($"{sample.At:HH:mm:ss} {happened}");
                }

                var index = (sample.At.ToUnixTimeSeconds() / 60 - first) / minutesEach;
                var target = Percent.Of(targets[Math.Clamp(index, 0, targets.Length - 1)]);
                var intensity = decision.Position == GatePosition.HeldByLoadAverage && held < target ? held : target;
                workers.Tell(new CpuWorkerGroup.SetPlan(
                    new CpuPlan(intensity, sample.At.AddMinutes(1)), decision.Position, decision.Scale));
            });
        }
    }
}

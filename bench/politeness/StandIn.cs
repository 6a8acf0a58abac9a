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

/// <summary>The daemon's sampler, gate and workers at one constant intensity, without journal, database and HTTP.</summary>
internal static class StandIn
{
    public static async Task<int> Run(double target, TimeSpan period)
    {
        var ended = new TaskCompletionSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.TrySetResult();
        });
        var settings = new SamplingSettings { ControlPeriod = period, JitterPeriod = period };
        var system = ActorSystem.Create("politeness", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        var group = system.ActorOf(Props.Create(() => new CpuWorkerGroup(
            settings, new GateSettings(), CpuHardware.OfThisMachine(Percent.Of(target)), ActorRefs.Nobody)), "cpu");
        var controller = system.ActorOf(Props.Create(() => new Constant(Percent.Of(target), group)), "controller");
        var reader = new SampleReader(
            new ProcFs(), new NetworkWatch("eth0", OfHost: false, BitRate.FromMbit(1000)), () => Stopwatch.GetElapsedTime(0));
        IReadOnlyList<IActorRef> listeners = [group, controller];
        system.ActorOf(Props.Create(() => new MetricsSampler(settings, reader, listeners)), "sampler");
        Console.WriteLine("ready");
        await ended.Task;
        await system.Terminate();
        return 0;
    }

    private sealed class Constant : ReceiveActor
    {
        private GateState _gate = GateState.Start;

        public Constant(Percent target, IActorRef workers)
        {
            var settings = new GateSettings();
            var held = new CpuSettings().TargetMin;
            Receive<Sample>(sample =>
            {
                var decision = GatePolicy.Decide(settings, _gate, GateInput.From(sample));
                if (decision.Event is { } happened)
                {
                    _gate = _gate.Apply(happened);
                    Console.WriteLine($"{sample.At:HH:mm:ss} {happened}");
                }

                var intensity = decision.Position == GatePosition.HeldByLoadAverage && held < target ? held : target;
                workers.Tell(new CpuWorkerGroup.SetPlan(
                    new CpuPlan(intensity, sample.At.AddMinutes(1)), decision.Position, decision.Scale));
            });
        }
    }
}

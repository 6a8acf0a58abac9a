using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>The messages of coordinator and worker. A manifest names type and version; a change of a format gets a new manifest, and an unknown one is refused.</summary>
internal sealed class LoadMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 7_946;

    public override string Manifest(object o) => o switch
    {
        Hello => "hello-1",
        Alive => "alive-1",
        ContentRequest => "content-request-1",
        RunReady => "run-ready-1",
        RunRefused => "run-refused-1",
        Pong => "pong-1",
        ReportPart => "report-part-1",
        Leaving => "leaving-1",
        WorkerAdmitted => "admitted-1",
        Refused => "refused-1",
        LeaseRenewal => "lease-renewal-1",
        RunOffer => "run-offer-1",
        Content => "content-1",
        Ping => "ping-1",
        RunStart => "run-start-1",
        RunStop => "run-stop-1",
        ReportReceived => "report-received-1",
        Release => "release-1",
        _ => throw new ArgumentException($"{o.GetType()} is not a message of a distributed run", nameof(o)),
    };

    public override byte[] ToBinary(object obj)
    {
        var writer = new FieldWriter();
        return (obj switch
        {
            Hello m => writer.Write(m.Worker.Protocol).Write(m.Worker.Program).Write(m.Worker.Name).Write(m.Worker.Cores),
            Alive m => writer.Write(m.Session),
            ContentRequest m => writer.Write(m.Run).Write(m.Sha256).Write(m.Offset),
            RunReady m => writer.Write(m.Run),
            RunRefused m => writer.Write(m.Run).Write(m.Reason),
            Pong m => writer.Write(m.Run).Write(m.Sequence).Write(m.SentAt).Write(m.WorkerAt),
            ReportPart m => writer.Write(m.Run).Write(m.Assignment).Write(m.Report).Write(m.Part).Write(m.Parts).Write(m.Bytes),
            Leaving m => writer.Write(m.Reason),
            WorkerAdmitted m => writer.Write(m.Session),
            Refused m => writer.Write((int)m.Kind).Write(m.Reason),
            LeaseRenewal m => writer.Write(m.Session).Write(m.Milliseconds),
            RunOffer m => writer.Write(m.Session).Write(m.Run).Write(m.Package).Write(m.PackageLength).Write(m.AllowedTargets),
            Content m => writer.Write(m.Run).Write(m.Sha256).Write(m.Offset).Write(m.Bytes),
            Ping m => writer.Write(m.Run).Write(m.Sequence).Write(m.SentAt),
            RunStart m => writer.Write(m.Run).Write(m.Assignment).Write(m.Part.Index).Write(m.Part.Count).Write(m.StartAt).Write(m.From.Ticks),
            RunStop m => writer.Write(m.Run).Write(m.Reason),
            ReportReceived m => writer.Write(m.Run).Write(m.Assignment).Write(m.Report),
            Release m => writer.Write(m.Session).Write(m.Lost).Write(m.Reason),
            _ => throw new ArgumentException($"{obj.GetType()} is not a message of a distributed run", nameof(obj)),
        }).ToArray();
    }

    /// <exception cref="SerializationException">The manifest is unknown or the bytes are damaged.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var reader = new FieldReader(bytes, manifest);
        ILoadMessage message = manifest switch
        {
            "hello-1" => new Hello(new WorkerIntroduction(reader.Int(), reader.Text(), reader.Text(), reader.Int(0, ushort.MaxValue))),
            "alive-1" => new Alive(reader.Long()),
            "content-request-1" => new ContentRequest(reader.Long(), reader.Hash(), reader.Count()),
            "run-ready-1" => new RunReady(reader.Long()),
            "run-refused-1" => new RunRefused(reader.Long(), reader.Text()),
            "pong-1" => new Pong(reader.Long(), reader.Int(), reader.Long(), reader.Long()),
            "report-part-1" => ReadReportPart(ref reader),
            "leaving-1" => new Leaving(reader.Text()),
            "admitted-1" => new WorkerAdmitted(reader.Long()),
            "refused-1" => new Refused((RefusalKind)reader.Int(0, Enum.GetValues<RefusalKind>().Length - 1), reader.Text()),
            "lease-renewal-1" => new LeaseRenewal(reader.Long(), reader.Int(1_000, 60_000)),
            "run-offer-1" => new RunOffer(reader.Long(), reader.Long(), reader.Hash(), reader.Count(), reader.Texts(MessageLimits.Hosts)),
            "content-1" => new Content(reader.Long(), reader.Hash(), reader.Count(), reader.Bytes()),
            "ping-1" => new Ping(reader.Long(), reader.Int(), reader.Long()),
            "run-start-1" => new RunStart(reader.Long(), reader.Int(0, int.MaxValue), ReadPart(ref reader), reader.Long(), TimeSpan.FromTicks(reader.Count())),
            "run-stop-1" => new RunStop(reader.Long(), reader.Text()),
            "report-received-1" => new ReportReceived(reader.Long(), reader.Int(0, int.MaxValue), reader.Count()),
            "release-1" => new Release(reader.Long(), reader.Bool(), reader.Text()),
            _ => throw new SerializationException($"Message {manifest} is unknown to this version"),
        };
        reader.End();
        return message;
    }

    private static ReportPart ReadReportPart(ref FieldReader reader)
    {
        var run = reader.Long();
        var assignment = reader.Int(0, int.MaxValue);
        var report = reader.Count();
        var part = reader.Int(0, MessageLimits.Parts - 1);
        var parts = reader.Int(part + 1, MessageLimits.Parts);
        return new ReportPart(run, assignment, report, part, parts, reader.Bytes());
    }

    private static SchedulePartition ReadPart(ref FieldReader reader)
    {
        var index = reader.Int(0, int.MaxValue - 1);
        return new SchedulePartition(index, reader.Int(index + 1, int.MaxValue));
    }
}

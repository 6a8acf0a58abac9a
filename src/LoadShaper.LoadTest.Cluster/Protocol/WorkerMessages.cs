using LoadShaper.LoadTest.Cluster.Membership;

namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>The first message of a worker. Its format is the same in every protocol version, so that a version can be refused by name.</summary>
internal sealed record Hello(WorkerIntroduction Worker) : ILoadMessage;

/// <summary>Answer to a renewed lease: the worker is alive.</summary>
internal sealed record Alive(long Session) : ILoadMessage;

/// <summary>Asks for the next bytes of a package or file that the worker lacks.</summary>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
internal sealed record ContentRequest(long Run, string Sha256, long Offset) : ILoadMessage;

/// <summary>The worker has opened the scenario and can start.</summary>
internal sealed record RunReady(long Run) : ILoadMessage;

/// <summary>The worker cannot execute the run.</summary>
internal sealed record RunRefused(long Run, string Reason) : ILoadMessage;

/// <param name="SentAt">As in the ping.</param>
/// <param name="WorkerAt">Monotonic nanoseconds of the worker.</param>
internal sealed record Pong(long Run, int Sequence, long SentAt, long WorkerAt) : ILoadMessage;

/// <summary>A part of an encoded report; most reports have one part.</summary>
/// <param name="Assignment">Which assignment of the run the report belongs to: a worker has a second one after it took over a part.</param>
/// <param name="Report">From 0, by one, within the assignment.</param>
internal sealed record ReportPart(long Run, int Assignment, long Report, int Part, int Parts, byte[] Bytes) : ILoadMessage;

/// <summary>The worker ends by itself or confirms its release.</summary>
internal sealed record Leaving(string Reason) : ILoadMessage;

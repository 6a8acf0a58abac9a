using LoadShaper.LoadTest.Cluster.Membership;
using LoadShaper.LoadTest.Plan;

namespace LoadShaper.LoadTest.Cluster.Protocol;

/// <summary>The worker takes part.</summary>
/// <param name="Session">Random number of the coordinator; messages of another one are ignored.</param>
internal sealed record WorkerAdmitted(long Session) : ILoadMessage;

/// <summary>The worker does not take part. Its format is the same in every protocol version.</summary>
internal sealed record Refused(RefusalKind Kind, string Reason) : ILoadMessage;

/// <summary>Renews the lease of a worker.</summary>
/// <param name="Milliseconds">How long the lease lasts from now on.</param>
internal sealed record LeaseRenewal(long Session, int Milliseconds) : ILoadMessage;

/// <summary>A run that the worker is to prepare.</summary>
/// <param name="Package">Hash of the encoded scenario package, lower-case hexadecimal digits.</param>
/// <param name="PackageLength">In bytes.</param>
internal sealed record RunOffer(long Session, long Run, string Package, long PackageLength, IReadOnlyList<string> AllowedTargets) : ILoadMessage;

/// <summary>Answer to <see cref="ContentRequest"/>.</summary>
internal sealed record Content(long Run, string Sha256, long Offset, byte[] Bytes) : ILoadMessage;

/// <param name="SentAt">Monotonic nanoseconds of the coordinator.</param>
internal sealed record Ping(long Run, int Sequence, long SentAt) : ILoadMessage;

/// <summary>Starts a part of the schedule.</summary>
/// <param name="Assignment">Number of the assignment in the run; its reports carry it.</param>
/// <param name="StartAt">Monotonic nanoseconds of the worker.</param>
/// <param name="From">Time of the schedule from which on arrivals are sent; zero except for a part that is taken over.</param>
internal sealed record RunStart(long Run, int Assignment, SchedulePartition Part, long StartAt, TimeSpan From) : ILoadMessage;

/// <summary>Ends the run early; the worker sends its final report.</summary>
internal sealed record RunStop(long Run, string Reason) : ILoadMessage;

/// <summary>The final report has arrived and need not be sent again.</summary>
internal sealed record ReportReceived(long Run, int Assignment, long Report) : ILoadMessage;

/// <summary>The worker no longer takes part and stops everything.</summary>
/// <param name="Lost">The coordinator counts it as lost; otherwise its work is done.</param>
internal sealed record Release(long Session, bool Lost, string Reason) : ILoadMessage;

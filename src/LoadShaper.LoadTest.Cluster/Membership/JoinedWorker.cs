namespace LoadShaper.LoadTest.Cluster.Membership;

/// <summary>How a worker introduces itself.</summary>
/// <param name="Protocol"><see cref="WorkerAdmission.Protocol"/> of its program.</param>
/// <param name="Program">Version of its program.</param>
/// <param name="Name">Unique in the cluster; in progress lines and reports.</param>
/// <param name="Cores">Processors that it may use.</param>
public sealed record WorkerIntroduction(int Protocol, string Program, string Name, int Cores);

/// <summary>A worker that takes part.</summary>
/// <param name="Address">Where it listens, as HOST:PORT.</param>
public sealed record JoinedWorker(string Name, string Address, int Cores);

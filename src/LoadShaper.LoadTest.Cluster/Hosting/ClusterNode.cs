using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using AkkaCluster = Akka.Cluster.Cluster;

namespace LoadShaper.LoadTest.Cluster.Hosting;

/// <summary>The actor system of one process of a distributed run: remoting with or without TLS, and cluster membership.</summary>
/// <remarks>It is not run by a host, whose stop would leave the cluster in an orderly way and take seconds: the coordinator takes a node out that ended.</remarks>
internal sealed class ClusterNode : IAsyncDisposable
{
    private const string SystemName = "load-test";

    private readonly ServiceProvider _services;
    private readonly NodeLogSetup _logged;

    private ClusterNode(ServiceProvider services, NodeLogSetup logged)
    {
        (_services, _logged) = (services, logged);
        System = services.GetRequiredService<ActorSystem>();
        Cluster = AkkaCluster.Get(System);
    }

    public ActorSystem System { get; }

    public AkkaCluster Cluster { get; }

    /// <summary>Why the last TLS handshake with a node that this one connected to failed; null: none did.</summary>
    public string? TlsProblem => _logged.Outbound?.Text;

    /// <summary>Where this node listens.</summary>
    public Address Address => Cluster.SelfAddress;

    /// <summary>Starts to listen; the node is in no cluster yet.</summary>
    /// <param name="role">One of <see cref="NodeRoles"/>.</param>
    /// <exception cref="ClusterException">The address cannot be used.</exception>
    public static ClusterNode Start(IPAddress listen, int port, string role, ClusterCertificate? certificate, Action<string> log)
    {
        var logged = new NodeLogSetup(log);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAkka(SystemName, builder =>
        {
            builder.AddHocon(Configuration(), HoconAddMode.Prepend);
            builder.AddHocon($"akka.cluster.roles = [{role}]", HoconAddMode.Prepend);
            builder.AddSetup(logged);
            builder.WithActorRefProvider(ProviderSelection.Cluster.Instance);
            builder.WithRemoting(remote =>
            {
                remote.HostName = listen.ToString();
                remote.Port = port;
                remote.EnableSsl = certificate is not null;
                if (certificate is null)
                    return;
                var pinned = certificate.Certificate.RawDataMemory;
                remote.Ssl = new SslOptions
                {
                    X509Certificate = certificate.Certificate,
                    RequireMutualAuthentication = true,
                    // Exactly this certificate, so its issuer and host name do not matter; ClusterCertificate.Load checked the time.
                    CustomValidator = (peer, _, _, _, _) => peer is not null && CryptographicOperations.FixedTimeEquals(peer.RawDataMemory.Span, pinned.Span),
                };
            });
        });
        var provider = services.BuildServiceProvider();
        try
        {
            return new ClusterNode(provider, logged);
        }
        catch (Exception e)
        {
            provider.Dispose();
            if (Causes(e).OfType<SocketException>().FirstOrDefault() is not { } cause)
                throw;
            throw new ClusterException($"Cannot listen on {new ClusterAddress(listen.ToString(), port)}: {cause.Message}. Choose a free port and an address of this machine", e);
        }
    }

    /// <summary>The address of a node, given where it listens.</summary>
    public Address AddressOf(IPAddress host, int port) => new(Address.Protocol, SystemName, new ClusterAddress(host.ToString(), port).BracketedHost, port);

    public async ValueTask DisposeAsync()
    {
        await System.Terminate().ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>HOST:PORT of a node.</summary>
    internal static string Format(Address address) => Of(address).ToString();

    /// <summary>The host and port of a node. Its host has brackets where it is an IPv6 address.</summary>
    internal static ClusterAddress Of(Address address) => new(address.Host?.TrimStart('[').TrimEnd(']') ?? "?", address.Port ?? 0);

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static Config Configuration()
    {
        using var stream = typeof(ClusterNode).Assembly.GetManifestResourceStream("load-cluster.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}

/// <summary>Roles of the cluster's members.</summary>
internal static class NodeRoles
{
    public const string Coordinator = "load-coordinator";
    public const string Worker = "load-worker";
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LoadShaper.LoadTest.Cluster;

/// <summary>
/// The one certificate of a cluster: coordinator and workers have the same file and accept no other peer. The file holds
/// the self-signed certificate and its private key as PEM, so access to the file is access to the cluster.
/// </summary>
public sealed class ClusterCertificate : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const int LargestFile = 1 << 16;

    private ClusterCertificate(X509Certificate2 certificate) => Certificate = certificate;

    public DateTimeOffset NotAfter => Certificate.NotAfter;

    /// <summary>SHA-256 of the certificate in hexadecimal digits, for comparing two files by eye.</summary>
    public string Fingerprint => Certificate.GetCertHashString(HashAlgorithmName.SHA256);

    internal X509Certificate2 Certificate { get; }

    /// <summary>Writes a new certificate, valid for one year, that only the owner can read.</summary>
    /// <exception cref="ClusterException">The file exists or cannot be written.</exception>
    public static ClusterCertificate Create(string path, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loadshaper-load-test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // Both sides of a connection present it.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        // An hour of difference between clocks does not make it invalid.
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(1));
        var pem = $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            using var writer = new StreamWriter(file);
            writer.Write(pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException($"Cannot write certificate {path}: {e.Message.TrimEnd('.')}. Choose a new file in a directory that you may write to", e);
        }

        return new ClusterCertificate(X509Certificate2.CreateFromPem(pem, pem));
    }

    /// <summary>Reads a file that <see cref="Create"/> wrote.</summary>
    /// <exception cref="ClusterException">The file cannot be read, is readable by every user, is not a certificate with its key, or has expired.</exception>
    public static ClusterCertificate Load(string path, DateTimeOffset now)
    {
        const string create = "create one with `loadshaper load cert FILE` and copy it to every machine";
        X509Certificate2 certificate;
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != 0)
                throw new ClusterException($"Certificate {path} can be read by every user of this machine, and it contains the private key; expected mode 600. Run `chmod 600 {path}`");
            if (new FileInfo(path).Length > LargestFile)
                throw new ClusterException($"Certificate {path} has more than {LargestFile} bytes; expected a certificate and its key as PEM: {create}");
            var pem = File.ReadAllText(path);
            certificate = X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException($"Cannot read certificate {path}: {e.Message.TrimEnd('.')}. Check the path, or {create}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ClusterException($"Certificate {path} is not a certificate with its private key as PEM; {create}", e);
        }

        if (certificate.NotAfter.ToUniversalTime() > now && certificate.NotBefore.ToUniversalTime() <= now)
            return new ClusterCertificate(certificate);
        using (certificate)
        {
            throw new ClusterException($"Certificate {path} is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, "
                + $"and it is {now.UtcDateTime:yyyy-MM-dd HH:mm}. Check the clock, or {create}");
        }
    }

    public void Dispose() => Certificate.Dispose();
}

using Xunit;

namespace LoadShaper.LoadTest.Cluster.Tests;

public sealed class ClusterCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadshaper-cert-");

    private string Path => System.IO.Path.Combine(_directory.FullName, "cluster.pem");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public void It_is_read_as_it_was_written_and_is_private()
    {
        using var created = ClusterCertificate.Create(Path, Now);
        using var loaded = ClusterCertificate.Load(Path, Now);

        Assert.Equal(created.Fingerprint, loaded.Fingerprint);
        Assert.True(loaded.Certificate.HasPrivateKey);
        Assert.Equal(Now.AddYears(1), loaded.NotAfter);
#pragma warning disable CA1416 // The load tester is Linux only.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
#pragma warning restore CA1416
    }

    [Fact]
    public void An_existing_file_is_kept()
    {
        File.WriteAllText(Path, "other");

        Assert.Contains("Cannot write certificate", Assert.Throws<ClusterException>(() => ClusterCertificate.Create(Path, Now)).Message, StringComparison.Ordinal);
        Assert.Equal("other", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData(366)]
    [InlineData(-1)]
    public void Outside_its_year_it_is_refused(int days)
    {
        ClusterCertificate.Create(Path, Now).Dispose();

        Assert.Contains("is valid from 2026-03-01", Assert.Throws<ClusterException>(() => ClusterCertificate.Load(Path, Now.AddDays(days))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_every_user_can_read_is_refused()
    {
        ClusterCertificate.Create(Path, Now).Dispose();
#pragma warning disable CA1416 // The load tester is Linux only.
        File.SetUnixFileMode(Path, (UnixFileMode)0b110_100_100);
#pragma warning restore CA1416

        Assert.Contains("chmod 600", Assert.Throws<ClusterException>(() => ClusterCertificate.Load(Path, Now)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Another_file_is_refused(string content)
    {
        using (ClusterCertificate.Create(Path, Now))
            File.WriteAllText(Path, content);

        Assert.Contains("is not a certificate", Assert.Throws<ClusterException>(() => ClusterCertificate.Load(Path, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(Path, Assert.Throws<ClusterException>(() => ClusterCertificate.Load(Path, Now)).Message, StringComparison.Ordinal);
}

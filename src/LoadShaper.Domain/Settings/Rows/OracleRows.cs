using LoadShaper.Domain.Oracle;

namespace LoadShaper.Domain.Settings.Rows;

/// <summary>OCI_*: Oracle's own readings of this VM.</summary>
internal static class OracleRows
{
    public static readonly Setting[] All =
    [
        Row.Word("OCI_MONITORING", "oci.monitoring", "off", [("off", OracleMonitoring.Off), ("check", OracleMonitoring.Check), ("seed", OracleMonitoring.Seed)],
            (s, v) => s with { Oracle = s.Oracle with { Monitoring = v } },
            "What is done with Oracle's own readings of this VM (OCI Monitoring): off asks nothing; check compares them with LoadShaper's each hour; seed also uses them for minutes that LoadShaper did not see. The VM needs the policy that `loadshaper oracle policy` prints.",
            "off: a difference between Oracle's readings and LoadShaper's is not noticed. On, the VM may read its metrics in Oracle's API: any user with a shell on it may do the same."),
        Row.Text("OCI_METADATA_URL", "oci.metadata-url", "http://169.254.169.254/opc/v2/", "an http address, ending with /opc/v2/", ParseMetadataUrl,
            "Oracle's instance metadata service, for OCI_MONITORING. It is asked without a proxy.",
            "It gives the key with which the VM proves its identity: a wrong address makes OCI_MONITORING fail."),
    ];

    private static ParsedValue ParseMetadataUrl(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.Query == "" && url.Fragment == "" && url.UserInfo == ""
            && url.AbsolutePath.EndsWith("/opc/v2/", StringComparison.Ordinal)
            ? new ParsedValue(s => s with { Oracle = s.Oracle with { MetadataUrl = url.AbsoluteUri } })
            : ParsedValue.Refused("is not an http address whose path ends with /opc/v2/", "set OCI_METADATA_URL=http://169.254.169.254/opc/v2/");
}

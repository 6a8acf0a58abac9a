using System.Security.Cryptography;
using System.Text;
using LoadShaper.Daemon.Oracle;
using LoadShaper.Domain.Oracle;
using Xunit;

namespace LoadShaper.Daemon.Tests.Oracle;

/// <summary>The test vectors that Oracle publishes for its request signatures, with its published test key.</summary>
public sealed class SigningVectorTests
{
    private const string Date = "Thu, 05 Jan 2014 21:31:40 GMT";
    private const string Host = "iaas.us-phoenix-1.oraclecloud.com";

    private const string Key =
        "MIICXgIBAAKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6Z4UMR7EOcpfdUE9Hf3m/hs+F"
        + "UR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJwoYi+1hqp1fIekaxsyQIDAQABAoGBAJR8ZkCUvx5kzv+utdl7T5MnordT1TvoXXJGXK7ZZ+UuvMNUCdN2QPc4sBiA"
        + "QWvLw1cSKt5DsKZ8UETpYPy8pPYnnDEz2dDYiaew9+xEpubyeW2oH4Zx71wqBtOKkqwrXa/pzdpiucRRjk6vE6YY7EBBs/g7uanVpGibOVAEsqH1AkEA7DkjVH28WDUg"
        + "f1nqvfn2Kj6CT7nIcE3jGJsZZ7zlZmBmHFDONMLUrXR/Zm3pR5m0tCmBqa5RK95u412jt1dPIwJBANJT3v8pnkth48bQo/fKel6uEYyboRtA5/uHuHkZ6FQF7OUkGogc"
        + "mSJluOdc5t6hI1VsLn0QZEjQZMEOWr+wKSMCQQCC4kXJEsHAve77oP6HtG/IiEn7kpyUXRNvFsDE0czpJJBvL/aRFUJxuRK91jhjC68sA7NsKMGg5OXb5I5Jj36xAkEA"
        + "gIT7aFOYBFwGgQAQkWNKLvySgKbAZRTeLBacpHMuQdl1DfdntvAyqpAZ0lY0RKmWG6aFKaqQfOXKCyWoUiVknQJAXrlgySFci/2ueKlIE1QqIiLSZ8V8OlpFLRnb1pzI"
        + "7U1yQXnTAEFYM560yJlzUpOb1V4cScGd365tiSMvxLOvTA==";

    private const string GetTarget =
        "/20160918/instances?availabilityDomain=Pjwf%3A%20PHX-AD-1&compartmentId=ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa"
        + "&displayName=TeamXInstances&volumeId=ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q";

    private const string Body = "{\n"
        + "    \"compartmentId\": \"ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa\",\n"
        + "    \"instanceId\": \"ocid1.instance.oc1.phx.abuw4ljrlsfiqw6vzzxb43vyypt4pkodawglp3wqxjqofakrwvou52gb6s5a\",\n"
        + "    \"volumeId\": \"ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q\"\n"
        + "}";

    [Fact]
    public void A_request_without_a_body_is_signed_as_published()
    {
        var headers = RequestSigning.Headers("GET", GetTarget, Host, Date, null);

        Assert.Equal($"date: {Date}\n(request-target): get {GetTarget}\nhost: {Host}", RequestSigning.Text(headers));
        Assert.Equal(
            "GBas7grhyrhSKHP6AVIj/h5/Vp8bd/peM79H9Wv8kjoaCivujVXlpbKLjMPeDUhxkFIWtTtLBj3sUzaFj34XE6YZAHc9r2DmE4pMwOAy/kiITcZxa1oHPOeRheC0jP2dqbTll8fmTZVwKZOKHYPtrLJIJQHJjNvxFWeHQjMaR7M=",
            Sign(headers));
    }

    [Fact]
    public void A_request_with_a_body_is_signed_as_published()
    {
        var headers = RequestSigning.Headers("POST", "/20160918/volumeAttachments", Host, Date, Encoding.UTF8.GetBytes(Body));

        Assert.Equal(
            $"date: {Date}\n(request-target): post /20160918/volumeAttachments\nhost: {Host}\ncontent-length: 316\ncontent-type: application/json\nx-content-sha256: V9Z20UJTvkvpJ50flBzKE32+6m2zJjweHpDMX/U4Uy0=",
            RequestSigning.Text(headers));
        var signature = Sign(headers);
        Assert.Equal("Mje8vIDPlwIHmD/cTDwRxE7HaAvBg16JnVcsuqaNRim23fFPgQfLoOOxae6WqKb1uPjYEl0qIdazWaBy/Ml8DRhqlocMwoSXv0fbukP8J5N80LCmzT/FFBvIvTB91XuXI3hYfP9Zt1l7S6ieVadHUfqBedWH0itrtPJBgKmrWso=", signature);
        Assert.Equal(
            $"version=\"1\",headers=\"date (request-target) host content-length content-type x-content-sha256\",keyId=\"tenancy/user/fingerprint\",algorithm=\"rsa-sha256\",signature=\"{signature}\"",
            RequestSigning.Parameters("tenancy/user/fingerprint", headers, signature));
    }

    private static string Sign(IReadOnlyList<(string Name, string Value)> headers)
    {
        using var key = RSA.Create();
        key.ImportRSAPrivateKey(Convert.FromBase64String(Key), out _);
        return OracleHttp.Sign(key, headers);
    }
}

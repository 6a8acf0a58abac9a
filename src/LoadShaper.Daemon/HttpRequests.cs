using System.Net.Http.Headers;
using System.Text;

namespace LoadShaper.Daemon;

/// <summary>Requests to addresses that may carry credentials.</summary>
internal static class HttpRequests
{
    /// <summary>A request whose credentials are a header and not a part of the URL: USER:PASSWORD@ is Basic; TOKEN@ and :TOKEN@ are Bearer.</summary>
    public static HttpRequestMessage Authorized(HttpMethod method, Uri address)
    {
        var credentials = Uri.UnescapeDataString(address.UserInfo);
        var request = new HttpRequestMessage(method, new UriBuilder(address) { UserName = "", Password = "" }.Uri);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("loadshaper", BuildInfo.Version));
        if (credentials.IndexOf(':') > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        else if (credentials.TrimStart(':') is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}

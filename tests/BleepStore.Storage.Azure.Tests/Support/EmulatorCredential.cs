using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Azure.Core;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>Tokens for <c>azurite --oauth basic</c>, which checks issuer, audience and lifetime but not the signature.</summary>
internal sealed class EmulatorCredential : TokenCredential
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public string Audience { get; init; } = "https://storage.azure.com";

    public string Issuer { get; init; } = $"https://sts.windows.net/{Guid.Empty}/";

    /// <summary>When the token expires for the server. The client is told that it has time.</summary>
    public DateTimeOffset Expiry { get; init; } = Now.AddHours(1);

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(Token(), Now.AddHours(1));

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));

    private string Token()
    {
        string claims = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"aud":"{{Audience}}","iss":"{{Issuer}}","iat":{{Seconds(Now.AddHours(-2))}},"nbf":{{Seconds(Now.AddHours(-2))}},"exp":{{Seconds(Expiry)}},"oid":"{{Guid.Empty}}","tid":"{{Guid.Empty}}"}""");
        return $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{Encode(claims)}.signature";
    }

    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}

using BleepStore.Storage.Gcp.TestServer.Tokens;
using Google.Apis.Auth.OAuth2;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>A service account whose key is here. Its credential signs its own tokens and needs no network.</summary>
internal static class SigningAccount
{
    private static readonly ServiceAccount Account = new();

    public static string Email => Account.Email;

    /// <summary>The keys that a server needs to let in what the account has signed.</summary>
    public static IReadOnlyDictionary<string, string> PublicKeys { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { [Account.Email] = Account.PublicKey };

    public static GoogleCredential Credential { get; } =
        new ServiceAccountCredential(new ServiceAccountCredential.Initializer(Account.Email) { UseJwtAccessWithScopes = true }
            .FromPrivateKey(Account.PrivateKey)).ToGoogleCredential();
}

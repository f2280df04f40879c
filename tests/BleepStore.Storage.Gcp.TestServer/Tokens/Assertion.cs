using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace BleepStore.Storage.Gcp.TestServer.Tokens;

/// <summary>
/// The signed claim by which an account asks for a token ("Using OAuth 2.0 for server to server applications": JWT, RS256).
/// </summary>
/// <param name="Account">The account that asks.</param>
/// <param name="Scope">For what.</param>
internal sealed record Assertion(ServiceAccount Account, string Scope)
{
    private const string Algorithm = "RS256";

    /// <summary>"This value is always" it, wherever the claim is sent ("Preparing to make an authorized API call").</summary>
    private const string Audience = "https://oauth2.googleapis.com/token";

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <exception cref="TokenRefusal">It is no claim, is not signed by the account, is for somebody else, too old or too long.</exception>
    public static Assertion Read(string text, IReadOnlyCollection<ServiceAccount> accounts, DateTimeOffset now)
    {
        string[] parts = text.Split('.');
        if (parts.Length != 3 || !parts.All(static part => Base64Url.IsValid(part)))
        {
            throw TokenRefusal.InvalidGrant("The assertion is no JWT.");
        }

        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        Require(Text(header, "alg") == Algorithm, "Another algorithm than RS256.");
        ServiceAccount account = accounts.FirstOrDefault(known => known.Email == Text(claims, "iss"))
            ?? throw TokenRefusal.InvalidGrant("There is no such account.");
        Require(account.IsSignedByIt(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])), "Invalid JWT Signature.");
        Require(Text(claims, "aud") == Audience, "The audience is another.");
        DateTimeOffset issued = Time(claims, "iat");
        DateTimeOffset expires = Time(claims, "exp");
        Require(issued <= now + Skew && expires > now - Skew && expires - issued <= LongestLife, "Issue or expiry is not reasonable.");
        string scope = Text(claims, "scope");
        return scope.Length > 0 ? new Assertion(account, scope) : throw new TokenRefusal(400, "invalid_scope", "No scope was asked for.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw TokenRefusal.InvalidGrant(otherwise);
        }
    }

    private static string Text(JsonDocument from, string name) =>
        from.RootElement.TryGetProperty(name, out JsonElement found) ? found.GetString() ?? "" : "";

    private static DateTimeOffset Time(JsonDocument from, string name) =>
        from.RootElement.TryGetProperty(name, out JsonElement found)
            ? DateTimeOffset.FromUnixTimeSeconds(found.GetInt64())
            : throw TokenRefusal.InvalidGrant($"There is no {name}.");
}

namespace BleepStore.Storage.Gcp.TestServer.Tokens;

/// <summary>Why no token is given ("The OAuth 2.0 Authorization Framework", RFC 6749, section 5.2).</summary>
internal sealed class TokenRefusal(int status, string error, string description) : Exception(description)
{
    public int Status { get; } = status;

    public string Error { get; } = error;

    public static TokenRefusal InvalidGrant(string description) => new(400, "invalid_grant", description);
}

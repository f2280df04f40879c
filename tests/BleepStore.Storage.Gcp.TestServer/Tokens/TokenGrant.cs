namespace BleepStore.Storage.Gcp.TestServer.Tokens;

/// <summary>A token that was given out.</summary>
/// <param name="Token">The token.</param>
/// <param name="Kind">The way of the grant, which is <c>assertion</c>, <c>impersonation</c> or <c>metadata</c>.</param>
/// <param name="Account">Whom it stands for.</param>
/// <param name="Scope">The scopes, separated by spaces.</param>
public sealed record TokenGrant(string Token, string Kind, string Account, string Scope);

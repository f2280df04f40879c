namespace BleepStore.Storage.Aws.Conditions;

/// <summary>The conditions that a server honours on one kind of request.</summary>
/// <param name="IfAbsent">Whether <c>If-None-Match: *</c> protects an existing object.</param>
/// <param name="IfMatch">Whether <c>If-Match</c> protects an object other than the named one.</param>
/// <param name="IsQuoted">
/// Whether the server expects the ETag in quotes, as in HTTP. Not every server recognises its own ETags in quotes.
/// </param>
internal sealed record ServerConditions(bool IfAbsent, bool IfMatch, bool IsQuoted = true)
{
    public static ServerConditions All { get; } = new(IfAbsent: true, IfMatch: true);

    public static ServerConditions None { get; } = new(IfAbsent: false, IfMatch: false);
}

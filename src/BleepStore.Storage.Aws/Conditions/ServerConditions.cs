namespace BleepStore.Storage.Aws.Conditions;

/// <summary>Which conditions a server honours on one kind of request.</summary>
/// <param name="IfAbsent">Whether <c>If-None-Match: *</c> keeps what is there.</param>
/// <param name="IfMatch">Whether <c>If-Match</c> keeps another object than the one named.</param>
/// <param name="IsQuoted">Whether it wants the ETag in quotes, as HTTP says; not every server knows its own ETags so.</param>
internal sealed record ServerConditions(bool IfAbsent, bool IfMatch, bool IsQuoted = true)
{
    public static ServerConditions All { get; } = new(IfAbsent: true, IfMatch: true);

    public static ServerConditions None { get; } = new(IfAbsent: false, IfMatch: false);
}

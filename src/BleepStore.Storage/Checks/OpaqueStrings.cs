using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace BleepStore.Storage.Checks;

/// <summary>
/// The opaque strings that callers pass back, which are revisions, ETags and upload ids. They end up in headers and URLs, where a line
/// break would begin another request and a quote would widen a condition. So they are checked once, before any request is made.
/// </summary>
internal static class OpaqueStrings
{
    /// <summary>Far more than any service uses, and far less than servers refuse as a header.</summary>
    public const int MaximumLength = 2048;

    /// <summary>Checks a revision.</summary>
    [return: NotNullIfNotNull(nameof(revision))]
    public static string? Revision(string? revision, [CallerArgumentExpression(nameof(revision))] string? parameter = null) =>
        revision is null || IsValid(revision)
            ? revision
            : throw new ArgumentException($"A revision is {Rule}. Use the one in ObjectProperties.", parameter);

    /// <summary>Checks the id of a multipart upload.</summary>
    [return: NotNullIfNotNull(nameof(uploadId))]
    public static string? UploadId(string? uploadId, [CallerArgumentExpression(nameof(uploadId))] string? parameter = null) =>
        uploadId is null || IsValid(uploadId)
            ? uploadId
            : throw new ArgumentException($"An upload id is {Rule}. Use the one of the upload or its listing.", parameter);

    /// <summary>Returns whether a string could be one that a store has given.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaximumLength
        && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !text.Contains('"', StringComparison.Ordinal);

    public static string Rule { get; } = $"1 to {MaximumLength} printable ASCII characters without spaces and quotes";
}

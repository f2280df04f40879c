using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>Checks that the answer to a write is about the bytes that were sent.</summary>
internal static class WriteProof
{
    /// <summary>Requires an answer that proves the stored bytes. Any other answer may come from a proxy before the service.</summary>
    public static void RequireSent(StorageCapabilities capabilities, ObjectProperties stored, StorageBody? body)
    {
        if (string.IsNullOrEmpty(stored.ETag) || string.IsNullOrEmpty(stored.Revision))
        {
            throw Unproven("The answer to the write has no ETag or no revision.");
        }

        if (capabilities.TransformsBytes)
        {
            return;
        }

        if (body?.Length is { } length && stored.Size != length)
        {
            throw Unproven($"The answer to the write is about {stored.Size} bytes, but {length} were sent.");
        }

        // Where revisions repeat, the ETag can be the server's own.
        if (body?.Md5 is not null
            && !capabilities.RevisionsRepeat
            && !string.Equals(stored.ETag, body.ETag, StringComparison.Ordinal))
        {
            throw Unproven($"The answer to the write has the ETag {stored.ETag}, but the sent bytes have {body.ETag}.");
        }
    }

    public static void RequireMadeOf(StorageCapabilities capabilities, IReadOnlyList<PartInfo> parts, ObjectProperties made)
    {
        if (FaultOf(capabilities, parts, made) is { } fault)
        {
            throw Unproven($"The answer to the completion is about {fault}.");
        }
    }

    /// <summary>Whether an object can be made of these parts.</summary>
    public static bool IsMadeOf(StorageCapabilities capabilities, IReadOnlyList<PartInfo> parts, ObjectProperties made) =>
        FaultOf(capabilities, parts, made) is null;

    private static string? FaultOf(StorageCapabilities capabilities, IReadOnlyList<PartInfo> parts, ObjectProperties made)
    {
        if (capabilities.TransformsBytes)
        {
            return null;
        }

        if (parts.Sum(static part => part.Size) is var size && made.Size != size)
        {
            return $"{made.Size} bytes, but the parts have {size}";
        }

        Span<byte> md5 = stackalloc byte[MD5.HashSizeInBytes];
        foreach (PartInfo part in parts)
        {
            if (!ETags.TryParseMd5(part.ETag, md5))
            {
                return null;
            }
        }

        return !capabilities.RevisionsRepeat
            && ETags.Compose(parts) is var etag
            && !string.Equals(made.ETag, etag, StringComparison.Ordinal)
            ? $"bytes of ETag {made.ETag}, but the parts make {etag}"
            : null;
    }

    private static StorageException Unproven(string what)
    {
        string reason = $"{what} It does not prove that the object was stored. Look for a proxy between this client and the service.";
        return new StorageException(StorageErrorCode.InternalError, reason) { IsOutcomeUnknown = true };
    }
}

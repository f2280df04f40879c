using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Compares what was sent with what the service says that it has.</summary>
internal static class SentBodies
{
    /// <summary>What came back is compared with what was sent, where it is an MD5.</summary>
    public static void RequireSame(StorageBody sent, string etag, bool isMd5)
    {
        Span<byte> md5 = stackalloc byte[16];
        if (isMd5 && ETags.TryParseMd5(etag, md5) && !md5.SequenceEqual(sent.Md5!.Value.Span))
        {
            throw new StorageException(StorageErrorCode.InternalError, $"S3 has stored other bytes than were sent: their MD5 is {etag}, not {ETags.FromMd5(sent.Md5!.Value.Span)}. Put them again.");
        }
    }
}

namespace BleepStore.Storage.Transfers;

/// <summary>The facts that must be the same when a download is resumed.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key.</param>
/// <param name="Revision">The revision of the object.</param>
/// <param name="Size">The size of the object, in bytes.</param>
/// <param name="PartSize">The size of the first ranges, in bytes.</param>
internal sealed record DownloadIdentity(string Bucket, string Key, string Revision, long Size, long PartSize);

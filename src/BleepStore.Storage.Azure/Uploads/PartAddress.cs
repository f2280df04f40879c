namespace BleepStore.Storage.Azure.Uploads;

/// <summary>A part of an upload.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key of the object to come.</param>
/// <param name="UploadId">The upload.</param>
/// <param name="PartNumber">1 to 10,000.</param>
internal sealed record PartAddress(string Bucket, string Key, string UploadId, int PartNumber);

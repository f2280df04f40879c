using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>Failures that mean that an upload has ended.</summary>
internal static class UploadErrors
{
    /// <summary>Servers differ in their answers to an unknown id.</summary>
    public static async Task<T> OfUploadAsync<T>(Func<Task<T>> send)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (StorageException error) when (AwsErrors.IsNoUpload(error))
        {
            throw NoSuchUpload(error);
        }
    }

    public static StorageException NoSuchUpload(StorageException error) =>
        error.Code == StorageErrorCode.NoSuchUpload ? error : UpstreamErrors.Recode(error, StorageErrorCode.NoSuchUpload, UploadId.Unknown);
}

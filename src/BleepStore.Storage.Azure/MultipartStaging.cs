namespace BleepStore.Storage.Azure;

/// <summary>Where the parts of a multipart upload wait for its completion.</summary>
public enum MultipartStaging
{
    /// <summary>
    /// As uncommitted blocks of the destination blob itself: nothing is copied, nothing is left behind. Any other write to the key discards them
    /// (<see cref="StorageErrorCode.UploadInvalidated"/>), and so of two uploads to one key only the first to complete succeeds.
    /// Source: "Put Block List", Azure Storage REST API.
    /// </summary>
    InPlace = 0,
}

namespace BleepStore.Storage.Azure;

/// <summary>
/// The place where the parts of an upload wait for its completion. It applies to multipart uploads of callers, and to each <c>PutAsync</c>
/// above <see cref="ObjectStoreOptions.MultipartThreshold"/>. An upload keeps the staging that it was begun with, so stores of both kinds
/// can use the same container.
/// </summary>
public enum MultipartStaging
{
    /// <summary>
    /// As uncommitted blocks of the destination blob itself. This is the cheapest staging. One request completes the upload, nothing is
    /// copied, and nothing is left behind. But any other write to the key discards the blocks, and so does its deletion
    /// (<see cref="StorageErrorCode.UploadInvalidated"/>). A put that can read its source again then stages them once more by itself. Of
    /// two concurrent uploads to one key, only the first to complete succeeds. Source: "Put Block List", Azure Storage REST API.
    /// </summary>
    InPlace = 0,

    /// <summary>
    /// Parts wait as blocks of a private blob, one for each upload. When the upload is completed, a copy on the server publishes the blob.
    /// Uploads then behave as in S3. Uploads to one key are independent of each other, and the last one to complete wins. Other writes of
    /// the key, and its deletion, leave the upload as it is.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The cost is two additional requests for each upload, the time of the copy, and twice the object's space during the copy. The private
    /// blob is in the account's default access tier. Where that tier is Cool or Cold, its deletion is charged as an early one. Where soft
    /// delete or versions are on, the deleted blob uses space until they expire. A completion of more than 5,000 MiB copies blocks to the
    /// destination first. If another write of the key discards them at that moment, they are copied again, up to ten times. After that the
    /// completion fails with <see cref="StorageErrorCode.UploadInvalidated"/>.
    /// </para>
    /// <para>
    /// An interrupted completion leaves the complete old or new object, and an upload that can be completed again or aborted. If the key
    /// was written meanwhile, it is unknown whether the interrupted completion came before that write. The failure is then
    /// <see cref="StorageErrorCode.OperationAborted"/>, and nothing is overwritten. A completion with a condition
    /// (<see cref="CompleteOptions.IfRevision"/>, <see cref="CompleteOptions.IfMatch"/> or <see cref="CompleteOptions.IfAbsent"/>) that
    /// holds for the current object replaces it all the same. When a condition fails at the last moment, after the blocks were committed,
    /// the parts that the completion did not name are lost.
    /// </para>
    /// </remarks>
    Isolated = 1,
}

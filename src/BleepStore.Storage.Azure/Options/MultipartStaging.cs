namespace BleepStore.Storage.Azure;

/// <summary>
/// Where the parts of an upload wait for its completion: those of a caller's multipart upload, and those of one <c>PutAsync</c> above
/// <see cref="ObjectStoreOptions.MultipartThreshold"/>. An upload keeps the staging that it was begun with, so that stores of both kinds
/// can work on the same container.
/// </summary>
public enum MultipartStaging
{
    /// <summary>
    /// As uncommitted blocks of the destination blob itself. The cheapest: one request completes, nothing is copied, nothing is left
    /// behind. But any other write to the key, and its deletion, discards them (<see cref="StorageErrorCode.UploadInvalidated"/>; a put
    /// that can read its source again stages them once more by itself), and so of two uploads to one key at a time only the first to
    /// complete succeeds. Source: "Put Block List", Azure Storage REST API.
    /// </summary>
    InPlace = 0,

    /// <summary>
    /// As blocks of a private blob, one for each upload, that is published by a copy on the server when the upload is completed. As in S3:
    /// uploads to one key do not disturb each other, the last one completed wins, and other writes and deletions harm nothing.
    /// </summary>
    /// <remarks>
    /// <para>The price: two requests more for each upload, the time of the copy, and twice the object's room while that lasts. The private
    /// blob is in the account's default access tier: where that is Cool or Cold, its deletion is charged as an early one; and where soft
    /// delete or versions are on, what was deleted takes up room as long as they keep it. Objects of more than 5,000 MiB are published by
    /// blocks that wait on the destination for a moment; blocks that another write discards there are copied again, up to ten times before
    /// it is <see cref="StorageErrorCode.UploadInvalidated"/>.</para>
    /// <para>A completion that is interrupted leaves the old object or the new one, whole, and an upload that can be completed again or
    /// aborted. If the key was written meanwhile, whether the interrupted completion came before cannot be told: that is
    /// <see cref="StorageErrorCode.OperationAborted"/>, and nothing is overwritten, unless the completion names the object to replace
    /// (<see cref="CompleteOptions.IfRevision"/>, <see cref="CompleteOptions.IfMatch"/>) or says that there is none
    /// (<see cref="CompleteOptions.IfAbsent"/>). A condition that fails at the last moment, after the blocks were put together, costs the
    /// parts that the completion did not name.</para>
    /// </remarks>
    Isolated = 1,
}

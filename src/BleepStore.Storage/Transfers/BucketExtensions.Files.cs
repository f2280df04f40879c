using BleepStore.Storage.Transfers;

namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>The number of bytes that are copied to a stream at a time.</summary>
    private const int CopyStep = 256 * 1024;

    /// <summary>Stores a file as an object. A large one is sent in parts, side by side.</summary>
    /// <example>
    /// <code>
    /// await bucket.PutTextAsync("notes/today.txt", "Buy milk.");
    /// string path = Path.GetTempFileName();
    /// await bucket.GetFileAsync("notes/today.txt", path);
    /// await bucket.PutFileAsync("notes/copy.txt", path);
    /// File.Delete(path);
    /// </code>
    /// </example>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="path">
    /// The file. Other programs may have it open. One that changes meanwhile fails with <see cref="StorageErrorCode.IncompleteBody"/> where
    /// its length shows it. A pipe is read to its end.
    /// </param>
    /// <param name="options">
    /// Attributes, conditions, checks. Without a <see cref="ObjectAttributes.ContentType"/> it follows the file's extension, where that is
    /// a well-known one.
    /// </param>
    /// <param name="cancellationToken">Stops the put.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="IOException">The file is not there, or cannot be read. Nothing was stored.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or the path names a folder. Nothing was stored.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static async Task<ObjectProperties> PutFileAsync(
        this Bucket bucket, string key, string path, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream file = await SourceFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            PutOptions? typed = WithContentType(options, ContentTypes.Of(path));
            return await bucket.PutAsync(key, file, typed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Stores a file as an object, by an upload that can be resumed. A journal remembers the upload. When the call fails, is cancelled, or
    /// its process is killed, repeat it with the same journal, also from another process. Stored parts are compared with the file and are
    /// not sent again. A file that has changed in between is sent anew.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="path">
    /// The file. Other programs may have it open. A file that is written meanwhile fails with
    /// <see cref="StorageErrorCode.IncompleteBody"/>. A pipe is read to its end and cannot be resumed, so it has no journal.
    /// </param>
    /// <param name="journalPath">
    /// The file of the journal. Its folder must exist. The journal is made with the upload and deleted when the upload has ended. While the
    /// call runs, it is locked.
    /// </param>
    /// <param name="options">As <see cref="PutFileAsync"/>. <see cref="PutOptions.SinglePart"/> cannot be resumed.</param>
    /// <param name="cancellationToken">Stops the upload. The parts that were sent stay for the next call.</param>
    /// <returns>The properties of the stored object. The ETag is that of <see cref="PutFileAsync"/>.</returns>
    /// <remarks>
    /// A file of at most <see cref="ObjectStoreOptions.MultipartThreshold"/> bytes is put in one request and has no journal. Parts of an
    /// upload that nobody resumes stay until <see cref="Bucket.AbortUploadsAsync"/> or a rule of the service removes them. A failed
    /// condition ends the upload.
    /// </remarks>
    /// <exception cref="ArgumentException"><see cref="PutOptions.SinglePart"/> is set, or another option breaks its rule.</exception>
    /// <exception cref="IOException">
    /// The file is missing or cannot be read. Or the journal is in use, belongs to another object, is no journal, or its disk is full.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">
    /// The file may not be read, the path names a folder, or the journal may not be written.
    /// </exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static async Task<ObjectProperties> PutFileResumablyAsync(
        this Bucket bucket,
        string key,
        string path,
        string journalPath,
        PutOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(journalPath);
        options = WithContentType(options, ContentTypes.Of(path)) ?? PutOptions.Default;
        if (options.SinglePart)
        {
            throw new ArgumentException(
                $"An object of one part cannot be resumed. Leave out {nameof(options.SinglePart)}, or use {nameof(PutFileAsync)}.",
                nameof(options));
        }

        _ = Bucket.ToCondition(options.IfAbsent, options.IfMatch, options.IfRevision);
        FileStream file = await SourceFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            if (!file.CanSeek || !bucket.SupportsMultipart || options.ContentLength > file.Length)
            {
                return await bucket.PutAsync(key, file, options, cancellationToken).ConfigureAwait(false);
            }

            long length = options.ContentLength ?? file.Length;

            bool isSmall = length <= bucket.Transfers.Plan.Threshold;
            using UploadJournal? journal = isSmall && !File.Exists(journalPath) ? null : UploadJournal.Open(journalPath);
            if (!isSmall)
            {
                return await new FileUpload(bucket, key, options).RunAsync(file, length, journal!, cancellationToken).ConfigureAwait(false);
            }

            ObjectProperties stored = await bucket.PutAsync(key, file, options, cancellationToken).ConfigureAwait(false);
            if (journal is not null)
            {
                // The file was larger before.
                await new FileUpload(bucket, key, options).EndLeftAsync(journal).ConfigureAwait(false);
            }

            return stored;
        }
    }

    /// <summary>
    /// Gets an object into a file. The bytes arrive in parallel ranges, in a temporary file beside the target. They are verified and
    /// flushed to the disk. The temporary file is then renamed to the target. Until then the target keeps its old content, so it is never
    /// incomplete.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="path">
    /// The file. Its folder must exist. A link is replaced, and its target stays. On Linux a device, a pipe and a socket are refused, also
    /// behind a link.
    /// </param>
    /// <param name="options">
    /// Conditions, and whether to overwrite and to verify. By default it overwrites and verifies, without conditions.
    /// </param>
    /// <param name="cancellationToken">Stops the transfer. The target is then unchanged.</param>
    /// <returns>The properties of the object whose bytes the file has.</returns>
    /// <exception cref="IOException">
    /// The folder is missing, the disk is full, the path names a folder or a device, or the file exists and may not be overwritten.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.BadDigest"/> when the received bytes are not the stored ones.
    /// <see cref="StorageErrorCode.PreconditionFailed"/> when the object was replaced meanwhile, or a condition does not hold. All else as
    /// <see cref="Bucket.GetAsync"/>.
    /// </exception>
    public static Task<ObjectProperties> GetFileAsync(
        this Bucket bucket, string key, string path, GetFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileDownload(bucket, key, options ?? GetFileOptions.Default).RunAsync(path, cancellationToken);
    }

    /// <summary>Copies an object's bytes to a stream, in order.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="destination">The stream that receives the bytes. It is neither flushed nor disposed.</param>
    /// <param name="options">Range and conditions. By default all bytes are read, without conditions.</param>
    /// <param name="cancellationToken">Stops the transfer. The destination may have received some of the bytes.</param>
    /// <returns>The properties of the object.</returns>
    /// <exception cref="ArgumentException">The stream cannot be written to.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.GetAsync"/> and <see cref="ObjectReader.Content"/>.</exception>
    /// <exception cref="Exception">The exception that the destination threw, unchanged.</exception>
    public static async Task<ObjectProperties> DownloadToAsync(
        this Bucket bucket, string key, Stream destination, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(destination);
        if (!destination.CanWrite)
        {
            throw new ArgumentException("The stream cannot be written to.", nameof(destination));
        }

        ObjectReader reader = await bucket.GetAsync(key, options, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.Content.CopyToAsync(destination, CopyStep, cancellationToken).ConfigureAwait(false);
            return reader.Properties;
        }
    }
}

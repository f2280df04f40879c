using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Engine.Sources;
using BleepStore.Storage.Engine.Writes;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// Stores a file by a multipart upload that a journal remembers. A later call with the same journal compares the parts that are there, and
/// sends those that are missing or differ.
/// </summary>
/// <param name="bucket">The bucket.</param>
/// <param name="key">The key.</param>
/// <param name="options">Attributes, conditions, checks.</param>
internal sealed class FileUpload(Bucket bucket, string key, PutOptions options)
{
    private readonly ProgressMeter? _meter = bucket.MeterFor(options.Progress);

    private PartPlan Plan => bucket.Transfers.Plan;

    /// <param name="file">The file.</param>
    /// <param name="length">How many of its bytes to store.</param>
    /// <param name="journal">Remembers the upload until it has ended.</param>
    /// <param name="cancellationToken">Stops the upload, which can be resumed.</param>
    public async Task<ObjectProperties> RunAsync(FileStream file, long length, UploadJournal journal, CancellationToken cancellationToken)
    {
        await CheckAllAsync(file.SafeFileHandle, length, cancellationToken).ConfigureAwait(false);
        try
        {
            return await TryTwiceAsync(file, length, journal, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.IncompleteBody)
        {
            // The file was written meanwhile, so the parts are useless.
            await EndLeftAsync(journal).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the upload in the journal, if it is an upload to the key. Its parts are no longer needed.</summary>
    public async Task EndLeftAsync(UploadJournal journal)
    {
        if (journal.Left is { } left && IsToHere(left))
        {
            await EndAsync(bucket.GetMultipartUpload(key, left.UploadId), journal).ConfigureAwait(false);
        }
    }

    private bool IsToHere(UploadIdentity left) => left.Place == bucket.PlaceOf(key) && left.Bucket == bucket.Name && left.Key == key;

    private async Task<ObjectProperties> TryTwiceAsync(
        FileStream file, long length, UploadJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(file, length, journal, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.UploadInvalidated or StorageErrorCode.NoSuchUpload)
        {
            // Another client ended the upload. The service can still list it and bill its parts. The bytes are still available, so another
            // upload can send them.
            await EndLeftAsync(journal).ConfigureAwait(false);
            return await WriteProtocol.AfterAsync(
                error,
                (Upload: this, File: file, Length: length, Journal: journal),
                static (state, token) => state.Upload.TryAsync(state.File, state.Length, state.Journal, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ObjectProperties> TryAsync(FileStream file, long length, UploadJournal journal, CancellationToken cancellationToken)
    {
        var identity = new UploadIdentity
        {
            Place = bucket.PlaceOf(key),
            Bucket = bucket.Name,
            Key = key,
            Attributes = new MultipartOptions(options),
            Size = length,
            Written = File.GetLastWriteTimeUtc(file.SafeFileHandle),
            PartSize = Plan.PartSize,
        };
        ContentRange[] ranges = Plan.Cut(length);
        MultipartUpload upload = await BeginAsync(identity, journal, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<int, PartInfo>? stored = await ListAsync(upload, cancellationToken).ConfigureAwait(false);
        _meter?.Begin(length);
        if (stored is null)
        {
            // The upload has ended. If it has created the object, the answer was lost, and completing again returns it.
            IReadOnlyList<PartInfo> made = await HashAllAsync(file.SafeFileHandle, ranges, cancellationToken).ConfigureAwait(false);
            _meter?.AddKept(length);
            return await CompleteAsync(upload, made, wasCompared: false, journal, cancellationToken).ConfigureAwait(false);
        }

        var parts = new PartInfo[ranges.Length];
        await Parallel.ForAsync(
            0,
            ranges.Length,
            new ParallelOptions { MaxDegreeOfParallelism = bucket.Transfers.MaxConcurrency, CancellationToken = cancellationToken },
            async (at, token) =>
            {
                PartInfo? kept = stored.GetValueOrDefault(at + 1);
                if (await IsSameAsync(file.SafeFileHandle, ranges[at], kept, token).ConfigureAwait(false))
                {
                    parts[at] = kept!;
                    _meter?.AddKept(ranges[at].Length);
                    return;
                }

                parts[at] = await SendAsync(upload, file.SafeFileHandle, at + 1, ranges[at], token).ConfigureAwait(false);
                _meter?.Add(ranges[at].Length);
            }).ConfigureAwait(false);
        _meter?.Finish();
        if (File.GetLastWriteTimeUtc(file.SafeFileHandle) != identity.Written)
        {
            throw bucket.At(OperationNames.Put, key, IncompleteBody.Changed(file.Name));
        }

        return await CompleteAsync(upload, parts, wasCompared: true, journal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares the MD5 that the caller gave, before anything is sent.</summary>
    private async Task CheckAllAsync(SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        if (options.ContentMd5 is not { } expected)
        {
            return;
        }

        byte[] actual = await HashAsync(file, new ContentRange(0, length, length), cancellationToken).ConfigureAwait(false);
        if (!expected.Span.SequenceEqual(actual))
        {
            throw bucket.At(OperationNames.Put, key, ETagHasher.BadDigest(expected.Span, actual));
        }
    }

    /// <summary>Finds the upload that the journal remembers, or begins another.</summary>
    private async Task<MultipartUpload> BeginAsync(UploadIdentity identity, UploadJournal journal, CancellationToken cancellationToken)
    {
        if (journal.Left is { } left)
        {
            MultipartUpload begun = bucket.GetMultipartUpload(left.Key, left.UploadId);
            if (left == identity with { UploadId = left.UploadId })
            {
                return begun;
            }

            if (!IsToHere(left))
            {
                throw new IOException(
                    $"The journal belongs to an upload to '{left.Bucket}/{left.Key}' at {left.Place}. Use another journal for "
                    + $"'{bucket.Name}/{key}' at {identity.Place}, or finish that upload first.");
            }

            // The file, its attributes or the part size have changed, so the parts are useless.
            await TryAbortAsync(begun).ConfigureAwait(false);
        }

        MultipartUpload upload = await bucket.CreatePlannedUploadAsync(key, identity.Attributes, cancellationToken).ConfigureAwait(false);
        try
        {
            journal.Begin(identity with { UploadId = upload.UploadId });
            return upload;
        }
        catch
        {
            // No later call would find the upload.
            await TryAbortAsync(upload).ConfigureAwait(false);
            throw;
        }
    }

    /// <returns>The parts that are there, by number. <see langword="null"/> when the upload has ended.</returns>
    private static async Task<IReadOnlyDictionary<int, PartInfo>?> ListAsync(MultipartUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            return await upload.ListPartsAsync(cancellationToken: cancellationToken)
                .ToDictionaryAsync(static part => part.PartNumber, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<PartInfo>> HashAllAsync(
        SafeFileHandle file, IEnumerable<ContentRange> ranges, CancellationToken cancellationToken)
    {
        var parts = new List<PartInfo>();
        foreach (ContentRange range in ranges)
        {
            byte[] md5 = await HashAsync(file, range, cancellationToken).ConfigureAwait(false);
            parts.Add(new PartInfo { PartNumber = parts.Count + 1, ETag = ETags.FromMd5(md5), Size = range.Length });
        }

        return parts;
    }

    /// <summary>
    /// Compares a part that is there with the file. Where its ETag is no MD5, as under some encryptions, the part counts as different and
    /// is sent again.
    /// </summary>
    private async ValueTask<bool> IsSameAsync(
        SafeFileHandle file, ContentRange range, PartInfo? kept, CancellationToken cancellationToken) =>
        kept is not null
        && kept.Size == range.Length
        && kept.ETag == ETags.FromMd5(await HashAsync(file, range, cancellationToken).ConfigureAwait(false));

    private static async Task<PartInfo> SendAsync(
        MultipartUpload upload, SafeFileHandle file, int number, ContentRange range, CancellationToken cancellationToken)
    {
        // All parts are read through one handle, because another file can replace the path meanwhile. The stream of a part has only its own
        // position, and disposing the stream would close the file.
        var part = new FileStream(file, FileAccess.Read, bufferSize: 0, file.IsAsync) { Position = range.Offset };
        var limit = new UploadPartOptions { ContentLength = range.Length };
        return await upload.UploadPartAsync(number, part, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="upload">The upload.</param>
    /// <param name="parts">The parts of the file.</param>
    /// <param name="wasCompared">
    /// Whether the stored parts have the bytes of the file. Otherwise only the ETag of the object proves it, because a file can change and
    /// keep its size and its time.
    /// </param>
    /// <param name="journal">Remembers the upload.</param>
    /// <param name="cancellationToken">Stops the completion.</param>
    private async Task<ObjectProperties> CompleteAsync(
        MultipartUpload upload,
        IReadOnlyList<PartInfo> parts,
        bool wasCompared,
        UploadJournal journal,
        CancellationToken cancellationToken)
    {
        var conditions = new CompleteOptions { IfAbsent = options.IfAbsent, IfMatch = options.IfMatch, IfRevision = options.IfRevision };
        try
        {
            ObjectProperties stored = await upload.CompleteAsync(parts, conditions, cancellationToken).ConfigureAwait(false);
            if (!bucket.IsMadeOf(parts, stored))
            {
                throw new StorageException(
                    StorageErrorCode.NoSuchUpload,
                    "Another client completed the upload with other parts. Upload the file again, and let no other client complete it.");
            }

            if (!wasCompared && stored.ETag != ETags.Compose(parts))
            {
                // The object of the upload exists, so a condition on the next attempt can fail because of it.
                throw new StorageException(
                    StorageErrorCode.NoSuchUpload,
                    "An earlier call completed the upload, but the ETag of the object does not prove that it has the bytes of the file. "
                    + "Upload the file again.")
                { IsOutcomeUnknown = true };
            }

            journal.Clear();
            _meter?.End(stored.Size);
            return stored;
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.PreconditionFailed)
        {
            // A later call would also fail.
            await EndAsync(upload, journal).ConfigureAwait(false);
            throw;
        }
    }

    private async Task EndAsync(MultipartUpload upload, UploadJournal journal)
    {
        await TryAbortAsync(upload).ConfigureAwait(false);
        journal.Clear();
    }

    /// <summary>Aborts an upload that nobody needs. It takes no token, because a caller who has cancelled needs the abort too.</summary>
    private async Task TryAbortAsync(MultipartUpload upload)
    {
        try
        {
            await upload.AbortAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            // It has already ended.
        }
        catch (StorageException error)
        {
            Log.AbortFailed(bucket.Logger, error, bucket.Name, upload.Key, upload.UploadId);
        }
    }

    /// <summary>Hashes a range of the file. The buffer counts against the budget.</summary>
    private async Task<byte[]> HashAsync(SafeFileHandle file, ContentRange range, CancellationToken cancellationToken)
    {
        using TransferPass? pass = await bucket.EnterAsync(FileHash.BufferSize, cancellationToken).ConfigureAwait(false);
        return await FileHash.Md5Async(file, range.Offset, range.Length, cancellationToken).ConfigureAwait(false);
    }
}

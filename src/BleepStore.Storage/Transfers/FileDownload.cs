using System.Buffers;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Progress;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// Gets one object into a file. The first request returns size and revision. The other ranges are pinned to that revision and arrive in
/// parallel, each at its place in the file. A download that is resumed asks only for the ranges that are not on the disk yet.
/// </summary>
/// <param name="bucket">The bucket.</param>
/// <param name="key">The key.</param>
/// <param name="options">The conditions, and the options for the file.</param>
internal sealed class FileDownload(Bucket bucket, string key, GetFileOptions options)
{
    private const int BufferSize = 256 * 1024;

    private readonly ProgressMeter? _meter = bucket.MeterFor(options.Progress);

    /// <summary>Called when all bytes were received and verified, before the file is renamed. An exception ends the download.</summary>
    public Action<SafeFileHandle, ObjectProperties>? BeforeCommit { get; init; }

    /// <summary>Whether the caller flushes the folder, because more files follow.</summary>
    public bool LeavesFolder { get; init; }

    private PartPlan Plan => bucket.Transfers.Plan;

    /// <param name="path">The target.</param>
    /// <param name="cancellationToken">Stops the transfer. The target is then unchanged.</param>
    /// <returns>The properties of the revision that was read.</returns>
    public async Task<ObjectProperties> RunAsync(string path, CancellationToken cancellationToken)
    {
        string target = FileTarget.Check(path, options.Overwrite);
        int share = bucket.Transfers.MaxConcurrency * BufferSize;
        using TransferPass? pass = await bucket.EnterAsync(share, cancellationToken).ConfigureAwait(false);
        using IDisposable? mark = bucket.Transfers.Budget.Gate.MarkInside();
        using DownloadJournal? journal = options.Resume ? DownloadJournal.Open(target) : null;
        int at = FirstMissing(journal);
        ObjectReader? first = at == 0 ? null : await TryGoOnAsync(journal!.Identity!, at, cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            at = 0;
            first = await bucket.GetFirstAsync(key, options, Plan.SizeOf(1), cancellationToken).ConfigureAwait(false);
        }

        await using (first.ConfigureAwait(false))
        {
            return await RunAsync(target, journal, first, at, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ObjectProperties> RunAsync(
        string target, DownloadJournal? journal, ObjectReader first, int firstAt, CancellationToken cancellationToken)
    {
        ObjectProperties properties = first.Properties;

        // The ranges are the parts that the store would make of the object. So each range has a hash that the ETag contains.
        ContentRange[] ranges = Plan.Cut(first.Range.ObjectSize);
        string? etag = options.Verify && !first.HasOpaqueETag ? properties.ETag : null;
        var check = new DownloadCheck(etag, ranges.Length, hashesAll: journal is not null);
        _meter?.Begin(first.Range.ObjectSize);
        bool hasMoreRanges = ranges.Length > 1;
        using var file = FileTarget.Open(target, options.Overwrite, IdentityOf(properties), journal, makesRoom: hasMoreRanges);
        await Parallel.ForAsync(
            0,
            ranges.Length,
            new ParallelOptions { MaxDegreeOfParallelism = bucket.Transfers.MaxConcurrency, CancellationToken = cancellationToken },
            async (turn, token) =>
            {
                // The open range comes first, because its connection waits.
                int at = turn == 0 ? firstAt : turn <= firstAt ? turn - 1 : turn;
                if (at == firstAt)
                {
                    await CopyAsync(first, file.Handle, check, at, token).ConfigureAwait(false);
                }
                else if (journal?.HashOf(at) is { } kept
                    && await IsStillThereAsync(ranges[at], kept, file.Handle, check, at, token).ConfigureAwait(false))
                {
                    return;
                }
                else
                {
                    await GetAsync(ranges[at], properties.Revision, file.Handle, check, at, token).ConfigureAwait(false);
                }

                if (hasMoreRanges)
                {
                    // The last flush then finds most bytes on the disk.
                    FileFlush.Begin(file.Handle, ranges[at].Offset, ranges[at].Length);
                }

                if (journal is not null)
                {
                    // Flushing waits for the disk.
                    await Task.Run(() => file.Keep(at, check.HashOf(at)), token).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        _meter?.Finish();
        await VerifyAsync(check, properties, file, cancellationToken).ConfigureAwait(false);
        BeforeCommit?.Invoke(file.Handle, properties);
        await Task.Run(() => file.Commit(flushesFolder: !LeavesFolder), cancellationToken).ConfigureAwait(false);
        _meter?.End(properties.Size);
        return properties;
    }

    private DownloadIdentity IdentityOf(ObjectProperties properties) =>
        new(bucket.Name, key, properties.Revision, properties.Size, Plan.PartSize);

    /// <summary>The first range that an earlier download of the key did not get, from 0.</summary>
    private int FirstMissing(DownloadJournal? journal)
    {
        if (journal?.Identity is not { } left || left.Bucket != bucket.Name || left.Key != key || left.PartSize != Plan.PartSize
            || left.Size is < 0 or > PartPlan.LargestSize)
        {
            return 0;
        }

        int count = Plan.Cut(left.Size).Length;
        int first = Enumerable.Range(0, count).FirstOrDefault(at => journal.HashOf(at) is null, count);
        return first < count ? first : 0;
    }

    /// <summary>Opens the first range that is missing.</summary>
    /// <returns><see langword="null"/> when the object is not the one that was downloaded before.</returns>
    private async Task<ObjectReader?> TryGoOnAsync(DownloadIdentity left, int at, CancellationToken cancellationToken)
    {
        ContentRange range = Plan.Cut(left.Size)[at];
        ObjectReader reader;
        try
        {
            var get = new GetOptions(options, ByteRange.From(range.Offset, range.Length));
            reader = await bucket.GetAsync(key, get, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            // The object is shorter now.
            return null;
        }

        if (IdentityOf(reader.Properties) == left)
        {
            return reader;
        }

        await reader.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private async Task VerifyAsync(DownloadCheck check, ObjectProperties properties, FileTarget file, CancellationToken cancellationToken)
    {
        bool isProved;
        try
        {
            isProved = await check.FinishAsync(file.Handle, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            file.Discard();
            bucket.At(OperationNames.Get, key, error);
            throw;
        }

        if (isProved || !options.Verify)
        {
            return;
        }

        if (check.TellsOfParts && await bucket.IsCutByPlanAsync(key, properties, cancellationToken).ConfigureAwait(false))
        {
            file.Discard();
            throw bucket.At(OperationNames.Get, key, check.OtherParts());
        }

        Log.Unproved(bucket.Logger, bucket.Name, key, properties.ETag);
    }

    /// <summary>
    /// Hashes a range that an earlier download left. After a loss of power, a file can hold zeros instead of written bytes.
    /// </summary>
    /// <returns>Whether the range still has its bytes.</returns>
    private async Task<bool> IsStillThereAsync(
        ContentRange range, string md5, SafeFileHandle file, DownloadCheck check, int at, CancellationToken cancellationToken)
    {
        byte[] found = await FileHash.Md5Async(file, range.Offset, range.Length, cancellationToken).ConfigureAwait(false);
        if (ETags.FromMd5(found) != md5)
        {
            return false;
        }

        check.Add(at, md5);
        _meter?.AddKept(range.Length);
        return true;
    }

    private async ValueTask GetAsync(
        ContentRange range, string revision, SafeFileHandle file, DownloadCheck check, int at, CancellationToken cancellationToken)
    {
        var pinned = new GetOptions { Range = ByteRange.From(range.Offset, range.Length), IfRevision = revision };
        ObjectReader reader = await bucket.GetAsync(key, pinned, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await CopyAsync(reader, file, check, at, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CopyAsync(
        ObjectReader reader, SafeFileHandle file, DownloadCheck check, int at, CancellationToken cancellationToken)
    {
        using RangeHash? hash = check.Begin(at);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long position = reader.Range.Offset;
            int count;
            while ((count = await reader.Content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash?.Append(buffer.AsSpan(0, count));
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), position, cancellationToken).ConfigureAwait(false);
                position += count;
                _meter?.Add(count);
            }

            hash?.End();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

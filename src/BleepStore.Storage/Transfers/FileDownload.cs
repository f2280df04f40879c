using System.Buffers;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Progress;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers;

/// <summary>
/// Gets one object into a file. The first request tells size and revision. The other ranges are pinned to that revision and come side by
/// side, each to its place in the file.
/// </summary>
/// <param name="bucket">The bucket.</param>
/// <param name="key">The key.</param>
/// <param name="options">Conditions, and what to do with the file.</param>
internal sealed class FileDownload(Bucket bucket, string key, GetFileOptions options)
{
    private const int BufferSize = 256 * 1024;

    /// <param name="path">The target.</param>
    /// <param name="cancellationToken">Stops the transfer. The target is then as it was.</param>
    /// <returns>The properties of the revision that was read.</returns>
    public async Task<ObjectProperties> RunAsync(string path, CancellationToken cancellationToken)
    {
        string target = FileTarget.Check(path, options.Overwrite);
        ProgressMeter? meter = bucket.MeterFor(options.Progress);
        PartPlan plan = bucket.Transfers.Plan;
        ObjectReader first = await bucket.GetFirstAsync(key, options, plan.SizeOf(1), cancellationToken).ConfigureAwait(false);
        await using (first.ConfigureAwait(false))
        {
            ObjectProperties properties = first.Properties;
            ContentRange[] ranges = Cut(plan, first.Range);
            var check = new DownloadCheck(options.Verify && !first.HasOpaqueETag ? properties.ETag : null, ranges.Length);
            meter?.Begin(first.Range.ObjectSize);
            using var file = FileTarget.Create(target, options.Overwrite, properties.Size);
            await Parallel.ForAsync(
                0,
                ranges.Length,
                new ParallelOptions { MaxDegreeOfParallelism = bucket.Transfers.MaxConcurrency, CancellationToken = cancellationToken },
                (at, token) => at == 0
                    ? CopyAsync(first, file.Handle, check, meter, at, token)
                    : GetAsync(ranges[at], properties.Revision, file.Handle, check, meter, at, token)).ConfigureAwait(false);
            meter?.Finish();
            await VerifyAsync(check, properties, file.Handle, cancellationToken).ConfigureAwait(false);

            // Flushing waits for the disk.
            await Task.Run(file.Commit, cancellationToken).ConfigureAwait(false);
            meter?.End(properties.Size);
            return properties;
        }
    }

    /// <summary>The ranges are the parts that the store would make of the object. So each has a hash that the ETag tells of.</summary>
    /// <param name="plan">How the store cuts.</param>
    /// <param name="first">The range that was opened.</param>
    private static ContentRange[] Cut(PartPlan plan, ContentRange first)
    {
        List<ContentRange> ranges = [first];
        long offset = first.Length;
        while (offset < first.ObjectSize)
        {
            long length = Math.Min(plan.SizeOf(ranges.Count + 1), first.ObjectSize - offset);
            ranges.Add(new ContentRange(offset, length, first.ObjectSize));
            offset += length;
        }

        return [.. ranges];
    }

    private async Task VerifyAsync(
        DownloadCheck check, ObjectProperties properties, SafeFileHandle file, CancellationToken cancellationToken)
    {
        try
        {
            bool isProved = await check.FinishAsync(file, cancellationToken).ConfigureAwait(false);
            if (options.Verify && !isProved)
            {
                Log.Unproved(bucket.Logger, bucket.Name, key, properties.ETag);
            }
        }
        catch (StorageException error)
        {
            bucket.At(OperationNames.Get, key, error);
            throw;
        }
    }

    private async ValueTask GetAsync(
        ContentRange range,
        string revision,
        SafeFileHandle file,
        DownloadCheck check,
        ProgressMeter? meter,
        int at,
        CancellationToken cancellationToken)
    {
        var pinned = new GetOptions { Range = ByteRange.From(range.Offset, range.Length), IfRevision = revision };
        ObjectReader reader = await bucket.GetAsync(key, pinned, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await CopyAsync(reader, file, check, meter, at, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask CopyAsync(
        ObjectReader reader, SafeFileHandle file, DownloadCheck check, ProgressMeter? meter, int at, CancellationToken cancellationToken)
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
                meter?.Add(count);
            }

            hash?.End();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

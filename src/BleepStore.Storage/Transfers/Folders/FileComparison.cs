using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine.Hashing;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Compares files with objects by their ETags. The file is hashed, and no byte of the object is read. An ETag of several parts depends on
/// where the object was cut. So the file is hashed as this store would cut it, and in parts of the sizes that other tools use.
/// </summary>
/// <param name="bucket">The bucket of the objects.</param>
internal sealed class FileComparison(Bucket bucket)
{
    private const long Mebibyte = 1024 * 1024;
    private const int MostParts = 10_000;

    /// <summary>The sizes of parts, in MiB, that tools have as their default or that people choose.</summary>
    private static readonly int[] KnownSizes =
    [
        5, 6, 7, 8, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 48, 50, 64, 96, 100, 128, 192, 200, 250, 256, 500, 512, 1000, 1024,
    ];

    /// <param name="path">The file.</param>
    /// <param name="file">The file's data.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="entry">The listed object.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Sameness> CompareAsync(
        string path, SyncItem file, string key, ListEntry entry, CancellationToken cancellationToken)
    {
        if (bucket.TransformsBytes)
        {
            return Sameness.InDoubt;
        }

        if (file.Size != entry.Size)
        {
            return Sameness.OtherSize;
        }

        using SafeFileHandle handle = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        Sameness listed = await CompareAsync(handle, file.Size, entry.ETag, cancellationToken).ConfigureAwait(false);
        if (listed == Sameness.Same || !ListedETags.CanBeForeign(entry))
        {
            return listed;
        }

        return await ListedETags.ReadAsync(bucket, key, entry, cancellationToken).ConfigureAwait(false) is { } own && own != entry.ETag
            ? await CompareAsync(handle, file.Size, own, cancellationToken).ConfigureAwait(false)
            : listed;
    }

    private async Task<Sameness> CompareAsync(SafeFileHandle file, long size, string etag, CancellationToken cancellationToken)
    {
        byte[] md5 = new byte[MD5.HashSizeInBytes];
        if (ETags.TryParseMd5(etag, md5))
        {
            byte[] found = await FileHash.Md5Async(file, 0, size, cancellationToken).ConfigureAwait(false);
            return md5.AsSpan().SequenceEqual(found) ? Sameness.Same : Sameness.OtherBytes;
        }

        return await IsMadeOfPartsAsync(file, size, etag, cancellationToken).ConfigureAwait(false) ? Sameness.Same : Sameness.InDoubt;
    }

    private async Task<bool> IsMadeOfPartsAsync(SafeFileHandle file, long size, string etag, CancellationToken cancellationToken)
    {
        int dash = etag.LastIndexOf('-');
        if (dash != 2 * MD5.HashSizeInBytes
            || !int.TryParse(etag.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count is < 1 or > MostParts)
        {
            return false;
        }

        PartGuess[] guesses = [.. PlansOf(size, count).Select(static cuts => new PartGuess(cuts))];
        try
        {
            await ReadAsync(file, size, guesses, cancellationToken).ConfigureAwait(false);
            return guesses.Any(guess => guess.End() == etag);
        }
        finally
        {
            Array.ForEach(guesses, static guess => guess.Dispose());
        }
    }

    /// <summary>The ways to cut a file into so many parts.</summary>
    private IEnumerable<ContentRange[]> PlansOf(long size, int count)
    {
        if (size == 0)
        {
            yield break;
        }

        PartPlan plan = bucket.Transfers.Plan;
        ContentRange[] ours = plan.Cut(size);
        if (ours.Length == count)
        {
            yield return ours;
        }

        foreach (long known in KnownSizes.Select(known => Math.Min(known * Mebibyte, size)).Append(size).Distinct())
        {
            if ((size + known - 1) / known == count && (ours.Length != count || known != plan.PartSize))
            {
                yield return
                [
                    .. Enumerable.Range(0, count)
                        .Select(at => new ContentRange(at * known, Math.Min(known, size - (at * known)), size)),
                ];
            }
        }
    }

    private static async Task ReadAsync(SafeFileHandle file, long size, PartGuess[] guesses, CancellationToken cancellationToken)
    {
        if (guesses.Length == 0)
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileHash.BufferSize);
        try
        {
            int count;
            for (long done = 0; done < size; done += count)
            {
                Memory<byte> wanted = buffer.AsMemory(0, (int)Math.Min(FileHash.BufferSize, size - done));
                count = await RandomAccess.ReadAsync(file, wanted, done, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                foreach (PartGuess guess in guesses)
                {
                    guess.Append(wanted.Span[..count]);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Reads several ranges of an object into memory. Ranges that lie near each other are read with one request. All are of one revision.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="ranges">The ranges, in any order. They may overlap. None at all is no request.</param>
    /// <param name="options">Conditions and limits. Default: no conditions, gaps of up to 256 KiB, four requests at a time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The bytes of each range, in the order of <paramref name="ranges"/>. An end past the object's is cut. Ranges that were read with one
    /// request share its memory, which holds the bytes between them too.
    /// </returns>
    /// <exception cref="ArgumentException">A limit or a condition breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.InvalidRange"/> when a range begins at the object's end or past
    /// it, <see cref="StorageErrorCode.EntityTooLarge"/> when a range has more bytes than an array can hold,
    /// <see cref="StorageErrorCode.PreconditionFailed"/> when a condition is not met or the object was replaced meanwhile,
    /// <see cref="StorageErrorCode.NotModified"/>, <see cref="StorageErrorCode.InvalidObjectState"/>.
    /// </exception>
    public virtual async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GetRangesAsync(
        string key, IReadOnlyList<ByteRange> ranges, GetRangesOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        options ??= GetRangesOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxGap, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRequestSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrency, 1, nameof(options));
        var found = new ReadOnlyMemory<byte>[ranges.Count];
        if (ranges.Count == 0)
        {
            return found;
        }

        // The first request tells the size and the revision, by which all others are resolved and pinned.
        JoinedRange? first = ChooseFirst(ranges, options);
        ByteRange firstRange = first is null ? ranges.First(IsOpen) : ByteRange.From(first.Offset, first.Length);
        ContentRange[] resolved = [];
        string revision;
        ObjectReader reader = await GetAsync(key, options.ToGet(firstRange), cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            revision = reader.Properties.Revision;
            Locate(OperationNames.Get, key, () => resolved = [.. ranges.Select(range => range.Resolve(reader.Properties.Size))]);
            byte[] bytes = await reader.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            Share(bytes, reader.Range.Offset, first?.Members ?? [ranges.ToList().FindIndex(IsOpen)]);
        }

        IEnumerable<int> others = Enumerable.Range(0, ranges.Count).Where(index => found[index].Length < resolved[index].Length);
        await Parallel.ForEachAsync(
            JoinedRange.Join(resolved, others, options.MaxGap, MaxJoin(options)),
            new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken },
            async (joined, token) =>
            {
                var pinned = new GetOptions { Range = ByteRange.From(joined.Offset, joined.Length), IfRevision = revision };
                ObjectReader part = await GetAsync(key, pinned, token).ConfigureAwait(false);
                await using (part.ConfigureAwait(false))
                {
                    Share(await part.ReadAllAsync(token).ConfigureAwait(false), joined.Offset, joined.Members);
                }
            }).ConfigureAwait(false);
        return found;

        void Share(byte[] bytes, long offset, IReadOnlyList<int> members)
        {
            foreach (int member in members)
            {
                found[member] = bytes.AsMemory((int)(resolved[member].Offset - offset), (int)resolved[member].Length);
            }
        }
    }

    /// <summary>Chooses what to read first when the object's size is not needed to know where the ranges lie.</summary>
    private static JoinedRange? ChooseFirst(IReadOnlyList<ByteRange> ranges, GetRangesOptions options)
    {
        if (ranges.Any(IsOpen))
        {
            return null;
        }

        ContentRange[] asGiven = [.. ranges.Select(static range => new ContentRange(range.Offset!.Value, range.Length!.Value, long.MaxValue))];
        return JoinedRange.Join(asGiven, Enumerable.Range(0, ranges.Count), options.MaxGap, MaxJoin(options)).FirstOrDefault()
            ?? new JoinedRange(asGiven[0].Offset, 0, [0]);
    }

    /// <summary>What is joined must fit in one array.</summary>
    private static long MaxJoin(GetRangesOptions options) => Math.Min(options.MaxRequestSize, Array.MaxLength);

    /// <summary>Whether only the object's size tells which bytes these are.</summary>
    private static bool IsOpen(ByteRange range) => range.Offset is null || range.Length is null;
}

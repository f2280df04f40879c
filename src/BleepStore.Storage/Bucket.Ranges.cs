using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Reads several ranges of an object into memory. Ranges that lie near each other are read with one request. All ranges come from one
    /// revision.
    /// </summary>
    /// <example>
    /// <code>
    /// IReadOnlyList&lt;ReadOnlyMemory&lt;byte&gt;&gt; ranges = await bucket.GetRangesAsync(
    ///     "2026/cat.jpg", [ByteRange.From(0, 16), ByteRange.Suffix(16)]);
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="ranges">The ranges, in any order. They may overlap. An empty list sends no request.</param>
    /// <param name="options">
    /// Conditions and limits. By default there are no conditions, gaps of up to 256 KiB and four requests at a time.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The bytes of each range, in the order of <paramref name="ranges"/>. A range that ends past the object's end is cut. Ranges that were
    /// read with one request share its memory, which holds the bytes between them too.
    /// </returns>
    /// <exception cref="ArgumentException">A limit or a condition breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.NotModified"/>,
    /// <see cref="StorageErrorCode.InvalidObjectState"/>. <see cref="StorageErrorCode.InvalidRange"/> when a range begins at the object's
    /// end or past it. <see cref="StorageErrorCode.EntityTooLarge"/> when a range has more bytes than an array can hold.
    /// <see cref="StorageErrorCode.PreconditionFailed"/> when a condition is not met or the object was replaced meanwhile.
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

        // The first request returns the size, which resolves all ranges, and the revision, which pins them.
        (ByteRange first, IReadOnlyList<int> members) = ChooseFirst(ranges, options);
        ContentRange[] resolved = [];
        string revision;
        ObjectReader reader = await GetAsync(key, new GetOptions(options, first), cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            revision = reader.Properties.Revision;
            Locate(OperationNames.Get, key, () => resolved = [.. ranges.Select(range => range.Resolve(reader.Properties.Size))]);
            Share(await reader.ReadAllAsync(cancellationToken).ConfigureAwait(false), reader.Range.Offset, members);
        }

        await Parallel.ForEachAsync(
            JoinedRange.Join(resolved, Enumerable.Range(0, ranges.Count).Except(members), options.MaxGap, MaxJoin(options)),
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

    /// <summary>
    /// Chooses the first request. It is a range that only the object's size can place, if there is one, and otherwise the first join.
    /// </summary>
    /// <returns>The range, and which of the caller's ranges it holds.</returns>
    private static (ByteRange Range, IReadOnlyList<int> Members) ChooseFirst(IReadOnlyList<ByteRange> ranges, GetRangesOptions options)
    {
        var asGiven = new ContentRange[ranges.Count];
        for (int index = 0; index < ranges.Count; index++)
        {
            if (ranges[index] is not { Offset: { } offset, Length: { } length })
            {
                return (ranges[index], [index]);
            }

            asGiven[index] = new ContentRange(offset, length, long.MaxValue);
        }

        List<JoinedRange> joined = JoinedRange.Join(asGiven, Enumerable.Range(0, ranges.Count), options.MaxGap, MaxJoin(options));
        return joined is [var first, ..] ? (ByteRange.From(first.Offset, first.Length), first.Members) : (ranges[0], [0]);
    }

    /// <summary>A join must fit in one array.</summary>
    private static long MaxJoin(GetRangesOptions options) => Math.Min(options.MaxRequestSize, Array.MaxLength);
}

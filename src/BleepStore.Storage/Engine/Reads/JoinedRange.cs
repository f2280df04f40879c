namespace BleepStore.Storage.Engine.Reads;

/// <summary>Ranges that are read with one request.</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes, including those between the ranges.</param>
/// <param name="Members">The indexes of the caller's ranges.</param>
internal sealed record JoinedRange(long Offset, long Length, IReadOnlyList<int> Members)
{
    /// <summary>Joins ranges that lie near each other. Ranges of no bytes need no request.</summary>
    /// <param name="ranges">The caller's ranges, in any order. They may overlap.</param>
    /// <param name="wanted">The indexes of the ranges to join.</param>
    /// <param name="maxGap">How many bytes may lie between two.</param>
    /// <param name="maxSize">How many bytes a join may have.</param>
    public static List<JoinedRange> Join(IReadOnlyList<ContentRange> ranges, IEnumerable<int> wanted, long maxGap, long maxSize)
    {
        var joined = new List<JoinedRange>();
        var members = new List<int>();
        long begin = 0;
        long end = 0;
        foreach (int index in wanted.Where(index => ranges[index].Length > 0).OrderBy(index => ranges[index].Offset))
        {
            ContentRange range = ranges[index];
            long newEnd = Math.Max(end, range.Offset + range.Length);
            if (members.Count > 0 && (range.Offset - end > maxGap || newEnd - begin > maxSize))
            {
                joined.Add(new JoinedRange(begin, end - begin, members));
                members = [];
            }

            if (members.Count == 0)
            {
                begin = range.Offset;
                newEnd = range.Offset + range.Length;
            }

            end = newEnd;
            members.Add(index);
        }

        if (members.Count > 0)
        {
            joined.Add(new JoinedRange(begin, end - begin, members));
        }

        return joined;
    }
}

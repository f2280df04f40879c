using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.InMemory;

/// <summary>Immutable bytes in blocks. Joining blobs copies nothing.</summary>
internal sealed class Blob
{
    private readonly IReadOnlyList<byte[]> _blocks;

    public Blob(IReadOnlyList<byte[]> blocks)
    {
        _blocks = blocks;
        Length = blocks.Sum(static block => (long)block.Length);
    }

    public long Length { get; }

    public static Blob Join(IEnumerable<Blob> blobs) => new(blobs.SelectMany(static blob => blob._blocks).ToList());

    public Blob Slice(long offset, long length)
    {
        var blocks = new List<byte[]>();
        foreach (byte[] block in _blocks)
        {
            int from = (int)Math.Clamp(offset, 0, block.Length);
            int to = (int)Math.Clamp(offset + length, 0, block.Length);
            if (to > from)
            {
                blocks.Add(from == 0 && to == block.Length ? block : block[from..to]);
            }

            offset -= block.Length;
        }

        return new Blob(blocks);
    }

    public Stream Open(ContentRange range)
    {
        Blob part = range.IsWhole ? this : Slice(range.Offset, range.Length);
        return new BlockStream(part._blocks, part.Length);
    }
}

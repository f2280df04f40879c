using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>Reads bytes that are kept in blocks, all full but the last.</summary>
internal sealed class BlockStream(IReadOnlyList<byte[]> blocks, long length) : ReadOnlyStream
{
    private int _block;
    private int _offset;
    private long _left = length;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> bytes = Next(buffer.Length).Span;
        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        while (Next(int.MaxValue) is { IsEmpty: false } bytes)
        {
            await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private ReadOnlyMemory<byte> Next(int most)
    {
        if (_left == 0 || most == 0)
        {
            return default;
        }

        byte[] block = blocks[_block];
        int count = (int)Math.Min(Math.Min(block.Length - _offset, _left), most);
        ReadOnlyMemory<byte> bytes = block.AsMemory(_offset, count);
        _offset += count;
        _left -= count;
        if (_offset == block.Length)
        {
            _block++;
            _offset = 0;
        }

        return bytes;
    }
}

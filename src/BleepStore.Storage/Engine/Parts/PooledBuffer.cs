using System.Buffers;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Budget;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>
/// A part in blocks of pooled memory. A part of unknown length therefore takes no more memory than it needs, and is never moved.
/// </summary>
/// <param name="reserved">How many bytes of the budget are reserved for it.</param>
/// <param name="budget">Receives them back.</param>
internal sealed class PooledBuffer(long reserved, MemoryBudget budget) : PartBuffer
{
    private const int BlockSize = 1024 * 1024;
    private readonly List<byte[]> _blocks = [];
    private int _used;
    private bool _handedOver;

    protected override void Free()
    {
        if (!_handedOver)
        {
            if (IsAbandoned)
            {
                // The source may still write into the last block.
                _blocks.RemoveAt(_blocks.Count - 1);
            }

            Release(_blocks, reserved, budget);
        }
    }

    public override Memory<byte> GetRoom(long most)
    {
        if (_blocks.Count == 0 || _used == _blocks[^1].Length)
        {
            _blocks.Add(ArrayPool<byte>.Shared.Rent((int)Math.Min(BlockSize, most)));
            _used = 0;
        }

        return _blocks[^1].AsMemory(_used, (int)Math.Min(_blocks[^1].Length - _used, most));
    }

    public override ValueTask KeepAsync(ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken)
    {
        _used += bytes.Length;
        return ValueTask.CompletedTask;
    }

    public override PartBody MakePart(long length, byte[] md5)
    {
        _handedOver = true;
        return new PooledPart(_blocks, length, md5, reserved, budget);
    }

    /// <summary>Opens the bytes that are kept so far. The buffer must live as long as the stream.</summary>
    public Stream Open(long length) => new BlockStream(_blocks, length);

    private static void Release(List<byte[]> blocks, long reserved, MemoryBudget budget)
    {
        foreach (byte[] block in blocks)
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        blocks.Clear();
        budget.Return(reserved);
    }

    private sealed class PooledPart(List<byte[]> blocks, long length, byte[] md5, long reserved, MemoryBudget budget) : PartBody(
        length, md5)
    {
        private bool _released;

        public override Stream Open()
        {
            ObjectDisposedException.ThrowIf(_released, this);
            return new BlockStream(blocks, Size);
        }

        public override void Dispose()
        {
            if (!_released)
            {
                _released = true;
                Release(blocks, reserved, budget);
            }
        }
    }
}

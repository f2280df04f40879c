using System.Collections;

namespace BleepStore.Storage.Azure;

/// <summary>Which part numbers of an upload were staged: a bit each. Thread-safe.</summary>
internal sealed class StagedNumbers
{
    private readonly Lock _lock = new();
    private BitArray? _numbers;

    public bool Any => Volatile.Read(ref _numbers) is not null;

    public void Add(int partNumber)
    {
        lock (_lock)
        {
            _numbers ??= new BitArray(MultipartUpload.MaximumPartNumber + 1);
            _numbers[partNumber] = true;
        }
    }

    public bool Contains(int partNumber)
    {
        lock (_lock)
        {
            return _numbers?[partNumber] ?? false;
        }
    }
}

using System.Collections;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>The part numbers of an upload, one bit each. Thread-safe.</summary>
internal sealed class StagedNumbers
{
    private readonly Lock _lock = new();
    private BitArray? _numbers;

    public bool Any => Volatile.Read(ref _numbers) is not null;

    /// <returns>Whether the number is new.</returns>
    public bool Add(int partNumber)
    {
        lock (_lock)
        {
            _numbers ??= new BitArray(MultipartUpload.MaximumPartNumber + 1);
            bool isNew = !_numbers[partNumber];
            _numbers[partNumber] = true;
            return isNew;
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

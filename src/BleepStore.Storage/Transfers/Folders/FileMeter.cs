namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Adds the bytes of one file to those of the folder. Reports of the file's transfer come on another thread, also after its end. Then they
/// count no more. Thread-safe.
/// </summary>
/// <param name="meter">The folder's.</param>
internal sealed class FileMeter(FolderMeter meter) : IProgress<TransferProgress>
{
    private readonly Lock _lock = new();
    private long _counted;
    private bool _hasEnded;

    public void Report(TransferProgress value) => CountTo(value.Bytes, isEnd: false);

    /// <summary>The file's transfer has ended.</summary>
    /// <param name="bytes">How many bytes have moved for good.</param>
    public void End(long bytes) => CountTo(bytes, isEnd: true);

    private void CountTo(long bytes, bool isEnd)
    {
        long more;
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = isEnd;
            more = bytes - _counted;
            _counted = bytes;
        }

        if (more != 0)
        {
            meter.AddBytes(more);
        }
    }
}

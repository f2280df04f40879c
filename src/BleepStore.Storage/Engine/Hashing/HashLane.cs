using System.Security.Cryptography;

namespace BleepStore.Storage.Engine.Hashing;

/// <summary>
/// One MD5 in the making. Bytes go in one after another; while it works on some, the next ones wait their turn. What waits must not change
/// until it was taken in.
/// </summary>
internal sealed class HashLane : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private Task _last = Task.CompletedTask;

    /// <summary>
    /// Whether bytes wait, or could not be taken in: then there is no digest to be had, and whoever waits for them is told why.
    /// </summary>
    public bool IsBusy => !_last.IsCompletedSuccessfully;

    /// <summary>Takes bytes in on the caller's thread. Not while it is busy.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Takes bytes in on another thread, after all that came before.</summary>
    /// <returns>Ends when the bytes were taken in.</returns>
    public Task AppendAsync(ReadOnlyMemory<byte> bytes) => _last = AfterAsync(_last, bytes);

    /// <summary>The digest. Not while it is busy.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();

    private async Task AfterAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before.ConfigureAwait(false);
        await Task.Run(() => _hash.AppendData(bytes.Span)).ConfigureAwait(false);
    }
}

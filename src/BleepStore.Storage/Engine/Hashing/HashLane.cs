using System.Security.Cryptography;

namespace BleepStore.Storage.Engine.Hashing;

/// <summary>
/// One MD5 computation. Blocks of bytes are hashed one after another. While one is hashed, the next ones wait. A waiting block must not
/// change until it was hashed.
/// </summary>
internal sealed class HashLane : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private Task _last = Task.CompletedTask;

    /// <summary>
    /// Whether bytes are waiting or could not be hashed. In the second case there is no digest, and awaiting it throws the reason.
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

using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Transfers;

/// <summary>The MD5 of one range, in the making.</summary>
/// <param name="check">Takes the MD5 at the end.</param>
/// <param name="at">The range's number, from 0.</param>
internal sealed class RangeHash(DownloadCheck check, int at) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public void End() => check.Add(at, ETags.FromMd5(_hash.GetHashAndReset()));

    public void Dispose() => _hash.Dispose();
}

using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// The ETag that bytes would have when they were uploaded in parts of one plan. Bytes are added in order.
/// </summary>
/// <param name="cuts">The parts.</param>
internal sealed class PartGuess(ContentRange[] cuts) : IDisposable
{
    private readonly IncrementalHash _part = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly List<PartInfo> _parts = new(cuts.Length);
    private long _left = cuts[0].Length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _parts.Count < cuts.Length)
        {
            int count = (int)Math.Min(_left, bytes.Length);
            _part.AppendData(bytes[..count]);
            bytes = bytes[count..];
            _left -= count;
            if (_left == 0)
            {
                EndPart();
            }
        }
    }

    /// <returns><see langword="null"/> when bytes are missing.</returns>
    public string? End() => _parts.Count == cuts.Length ? ETags.Compose(_parts) : null;

    public void Dispose() => _part.Dispose();

    private void EndPart()
    {
        _parts.Add(new PartInfo { PartNumber = _parts.Count + 1, ETag = ETags.FromMd5(_part.GetHashAndReset()) });
        _left = _parts.Count < cuts.Length ? cuts[_parts.Count].Length : 0;
    }
}

using System.Buffers.Binary;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// The tags of the chunks of a body that is sealed several times under one key. Such a body is hashed before it is sent, and may be resent.
/// A nonce must not seal two plaintexts. So a chunk whose tag differs from that of the first pass is never sent.
/// </summary>
internal sealed class SealedTags
{
    private readonly List<UInt128> _tags = [];

    /// <summary>Whether the first pass has ended. Further passes are compared with it.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Keeps the tag of a chunk in the first pass, and compares it in any other.</summary>
    /// <param name="at">The number of the chunk in the body, from 0.</param>
    /// <param name="tag">The tag.</param>
    /// <returns><see langword="false"/> when the source has other bytes than in the first pass.</returns>
    public bool Accept(int at, ReadOnlySpan<byte> tag)
    {
        UInt128 value = BinaryPrimitives.ReadUInt128BigEndian(tag);
        if (IsComplete)
        {
            return at < _tags.Count && _tags[at] == value;
        }

        _tags.Add(value);
        return true;
    }

    /// <summary>Whether a pass has as many chunks as the first.</summary>
    public bool AreAll(int count) => !IsComplete || count == _tags.Count;
}

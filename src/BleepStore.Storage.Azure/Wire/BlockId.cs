using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// The fields of a block's id. They are 48 bytes, which Base64 encodes as 64 characters. The length is the same for every part of every
/// upload, because a blob's uncommitted ids must be equally long. Upload id (16) · part number (4, big-endian) · attempt (8, big-endian) ·
/// MD5 (16) · flags (4).
/// </summary>
/// <remarks>Source: "Put Block", Azure Storage REST API (ids of at most 64 bytes before encoding, all of one length).</remarks>
/// <param name="Upload">The upload.</param>
/// <param name="PartNumber">1 to 10,000.</param>
/// <param name="Attempt">The number of the upload of the part. The highest number is the latest. It does not depend on a clock.</param>
/// <param name="ETag">The 32 hexadecimal digits of the part's MD5, or of the digest that replaces it.</param>
/// <param name="Flags">The kind of part.</param>
internal sealed record BlockId(string Upload, int PartNumber, long Attempt, string ETag, BlockFlags Flags)
{
    private const int UploadBytes = 16;
    private const int NumberAt = UploadBytes;
    private const int AttemptAt = NumberAt + sizeof(int);
    private const int Md5At = AttemptAt + sizeof(long);
    private const int FlagsAt = Md5At + MD5.HashSizeInBytes;
    private const int Length = FlagsAt + sizeof(int);

    /// <summary>Returns whether a text is an upload id of this backend, which is 16 bytes in Base64url.</summary>
    public static bool IsUpload(string text)
    {
        Span<byte> bytes = stackalloc byte[UploadBytes];
        return text.Length == Base64Url.GetEncodedLength(UploadBytes)
            && Base64Url.IsValid(text, out int length) && length == UploadBytes
            && Base64Url.DecodeFromChars(text, bytes) == UploadBytes
            && Base64Url.EncodeToString(bytes) == text;
    }

    public string Encode()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Base64Url.DecodeFromChars(Upload, bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[NumberAt..], PartNumber);
        BinaryPrimitives.WriteInt64BigEndian(bytes[AttemptAt..], Attempt);
        Convert.FromHexString(ETag, bytes[Md5At..FlagsAt], out _, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[FlagsAt..], (int)Flags);
        return Convert.ToBase64String(bytes);
    }

    /// <returns><see langword="null"/> for the id of another tool.</returns>
    public static BlockId? TryDecode(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length) || length != Length)
        {
            return null;
        }

        return new BlockId(
            Base64Url.EncodeToString(bytes[..UploadBytes]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[NumberAt..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[AttemptAt..]),
            Convert.ToHexStringLower(bytes[Md5At..FlagsAt]),
            (BlockFlags)BinaryPrimitives.ReadInt32BigEndian(bytes[FlagsAt..]));
    }
}

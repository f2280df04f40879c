using System.Buffers.Text;
using System.Security.Cryptography;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>Random tokens that travel with a write. A token identifies the write when its answer was lost.</summary>
internal static class WriteToken
{
    private const int Bytes = 16;

    public static string Create()
    {
        Span<byte> random = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    /// <summary>Returns the token of the object of an upload, which the upload's id begins with.</summary>
    public static string OfUpload(string uploadId) =>
        uploadId.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? uploadId[..dot] : uploadId;
}

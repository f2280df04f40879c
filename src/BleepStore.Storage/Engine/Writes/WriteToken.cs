using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using BleepStore.Storage.Engine.Hashing;

namespace BleepStore.Storage.Engine.Writes;

/// <summary>
/// Random tokens that travel with a write. A token identifies the write when its answer was lost. The token of a write whose parts follow
/// the plan also tells the plan, so the ETag of the object can prove its bytes.
/// </summary>
internal static class WriteToken
{
    private const int Bytes = 16;

    /// <summary>The last bytes of a token tell the plan. The 12 random bytes before them are enough to tell writes apart.</summary>
    private const int PlanBytes = 4;

    /// <summary>The highest part number.</summary>
    private const int LastPart = 10_000;

    /// <param name="plan">The plan that cuts the object. <see langword="null"/> where the parts can have any size.</param>
    public static string Create(PartPlan? plan = null)
    {
        Span<byte> token = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(token);
        if (plan is not null)
        {
            Describe(plan, token[^PlanBytes..]);
        }

        return Base64Url.EncodeToString(token);
    }

    /// <summary>
    /// Whether the write with a token cut its object by a plan. A token without a plan looks so once in four billion times.
    /// </summary>
    public static bool IsOfPlan(string? token, PartPlan plan)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Span<byte> expected = stackalloc byte[PlanBytes];
        Describe(plan, expected);
        return token is not null
            && token.Length == Base64Url.GetEncodedLength(Bytes)
            && Base64Url.DecodeFromChars(token, bytes, out _, out int written) == OperationStatus.Done
            && written == Bytes
            && bytes[^PlanBytes..].SequenceEqual(expected);
    }

    /// <summary>Returns the token of the object of an upload, which the upload's id begins with.</summary>
    public static string OfUpload(string uploadId) =>
        uploadId.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? uploadId[..dot] : uploadId;

    /// <summary>The first and the last size of a plan determine all sizes.</summary>
    private static void Describe(PartPlan plan, Span<byte> description)
    {
        Span<byte> sizes = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(sizes, plan.PartSize);
        BinaryPrimitives.WriteInt64BigEndian(sizes[sizeof(long)..], plan.SizeOf(LastPart));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(sizes, hash);
        hash[..PlanBytes].CopyTo(description);
    }
}

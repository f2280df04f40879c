using System.Buffers;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>
/// The id of a multipart upload. It is the write token of its object, a dot, and S3's own id. S3's own id alone is also valid, as in
/// listings of uploads and from other tools. Its completion cannot be recognised when the answer is lost. An id that could be mistaken for
/// a token and an id is preceded by a mark.
/// </summary>
/// <param name="Token">The write token, if it is known.</param>
/// <param name="Upstream">S3's own id.</param>
internal readonly record struct UploadId(string? Token, string Upstream)
{
    /// <summary>The sentence for an id of no upload.</summary>
    public const string Unknown = "The multipart upload for this key does not exist. It was never begun, or it was completed or aborted.";

    private const int TokenLength = 22;
    /// <summary>The limit exceeds the ids of all servers. Ceph answers 500 to an id that is too long for one of its names.</summary>
    private const int MaxLength = 512;

    /// <summary>A character that no server's id begins with, because in Base64 it is only at the end.</summary>
    private const char BareMark = '=';

    /// <summary>
    /// The characters of servers' ids, which are Base64 in either alphabet, dots and tildes. Signers and servers disagree about the
    /// encoding of other characters.
    /// </summary>
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=");

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The possible last characters of 16 bytes in Base64url, because only two bits of the last character are data.</summary>
    private static readonly SearchValues<char> TokenEnds = SearchValues.Create("AQgw");

    /// <summary>Reads an id, which can be any text.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/> when no server has such an id.</exception>
    public static UploadId Parse(string id)
    {
        string bare = id.StartsWith(BareMark) ? id[1..] : id;
        if (bare.Length is 0 or > MaxLength || bare.AsSpan().ContainsAnyExcept(Characters))
        {
            // Without an id, the request that ends an upload would delete the object.
            throw new StorageException(StorageErrorCode.NoSuchUpload, Unknown);
        }

        return bare.Length == id.Length && HasToken(id)
            ? new UploadId(id[..TokenLength], id[(TokenLength + 1)..])
            : new UploadId(null, bare);
    }

    /// <summary>The id as <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => Token switch
    {
        not null => $"{Token}.{Upstream}",
        null when NeedsMark(Upstream) => BareMark + Upstream,
        null => Upstream,
    };

    /// <summary>Amazon's ids hold dots, which can stand where the one behind a token does.</summary>
    private static bool NeedsMark(string upstream) => upstream.StartsWith(BareMark) || HasToken(upstream);

    private static bool HasToken(string id) =>
        id.Length > TokenLength + 1
            && id[TokenLength] == '.'
            && TokenEnds.Contains(id[TokenLength - 1])
            && !id.AsSpan(0, TokenLength).ContainsAnyExcept(TokenCharacters);
}

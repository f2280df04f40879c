using System.Net;
using System.Security.Cryptography;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>Sends a stream of known length and computes its hashes on the way.</summary>
internal sealed class HashedContent(Stream source, long length) : HttpContent
{
    /// <summary>The default of <see cref="Stream.CopyToAsync(Stream)"/> is slower here.</summary>
    private const int BufferSize = 256 * 1024;

    public string Md5 { get; private set; } = "";

    public string Crc32C { get; private set; } = "";

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var checksum = new PlainChecksum();
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        int count;
        while ((count = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            md5.AppendData(buffer, 0, count);
            checksum.Append(buffer.AsSpan(0, count));
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        Md5 = Convert.ToBase64String(md5.GetHashAndReset());
        Crc32C = checksum.Text;
    }
}

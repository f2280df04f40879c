using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// The body of a <c>multipart/related</c> upload. It has the resource as JSON, then the media. It is opened again for every attempt. Its
/// checksum is computed while it is sent, and then compared with the service's.
/// </summary>
internal sealed class UploadContent : HttpContent
{
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly Func<CancellationToken, ValueTask<Stream>> _open;

    /// <param name="resource">The resource, as JSON.</param>
    /// <param name="mediaType">The media's type.</param>
    /// <param name="length">How many bytes the media has.</param>
    /// <param name="open">Opens the media from its first byte.</param>
    public UploadContent(string resource, string mediaType, long length, Func<CancellationToken, ValueTask<Stream>> open)
    {
        // The boundary is random, so media can contain it only by chance.
        string boundary = $"bleepstore-{Guid.NewGuid():N}";
        _head = Encoding.UTF8.GetBytes(
            $"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{resource}\r\n--{boundary}\r\nContent-Type: " +
            $"{mediaType}\r\n\r\n");
        _tail = Encoding.UTF8.GetBytes($"\r\n--{boundary}--\r\n");
        _open = open;
        MediaLength = length;
        Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/related; boundary={boundary}");
    }

    public long MediaLength { get; }

    /// <summary>Watches the media while it is sent.</summary>
    public Func<Stream, Stream> Watch { get; set; } = static media => media;

    /// <summary>The checksum of the media as it went out the last time.</summary>
    public string Crc32C { get; private set; } = "";

    protected override bool TryComputeLength(out long length)
    {
        length = _head.Length + MediaLength + _tail.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_head, cancellationToken).ConfigureAwait(false);
        Stream media = Watch(await _open(cancellationToken).ConfigureAwait(false));
        await using (media.ConfigureAwait(false))
        {
            var checksum = new ChecksumWriter(stream);
            await media.CopyToAsync(checksum, cancellationToken).ConfigureAwait(false);
            Crc32C = checksum.Crc32C;
        }

        await stream.WriteAsync(_tail, cancellationToken).ConfigureAwait(false);
    }
}

using System.Globalization;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.LoadTest;

/// <summary>
/// A backend that takes bodies as a cloud does, known by length and MD5 and sent in steps over a connection each, and keeps no byte.
/// </summary>
/// <param name="inner">Keeps the buckets.</param>
internal sealed class DiscardingCloud(StorageBackend inner) : DelegatingBackend(inner)
{
    private const int Step = 64 * 1024;
    private const int StepsInFlight = 16;
    private int _uploads;

    public override StorageCapabilities Capabilities { get; } = new();

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        await SendAsync(request.Body, cancellationToken);
        return Properties(request.Key, request.Body.Length!.Value, request.Body.ETag);
    }

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"{request.WriteToken}.{Interlocked.Increment(ref _uploads)}"));

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        await SendAsync(request.Body, cancellationToken);
        return new PartInfo { PartNumber = request.PartNumber, ETag = request.Body.ETag, Size = request.Body.Length!.Value };
    }

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Properties(request.Key, request.Parts.Sum(static part => part.Size), ETags.Compose(request.Parts)));

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    private static ObjectProperties Properties(string key, long size, string etag) => new()
    {
        Key = key,
        Size = size,
        ETag = etag,
        Revision = etag,
        LastModified = DateTimeOffset.UnixEpoch,
        Metadata = new Dictionary<string, string>(),
    };

    private static async Task SendAsync(StorageBody body, CancellationToken cancellationToken)
    {
        // Any descriptor will do for a socket.
        using SafeFileHandle connection = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        byte[] buffer = new byte[Step];
        await using Stream content = body.OpenRewindable();
        long sent = 0;
        int steps = 0;
        int count;
        while ((count = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            sent += count;
            if (++steps % StepsInFlight == 0)
            {
                // The time that a network takes. Without it a put would never wait, and puts would not overlap.
                await Task.Delay(1, cancellationToken);
            }
        }

        if (sent != body.Length)
        {
            throw new StorageException(StorageErrorCode.IncompleteBody, $"{sent} bytes came instead of {body.Length}.");
        }
    }
}

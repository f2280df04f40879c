using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Decorators.Compression;
using BleepStore.Storage.Engine.Progress;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage.Tests.Engine.Progress;

public class MeteredBodyTests
{
    private readonly Recorder _seen = new();

    /// <summary>Decorators that change bytes read a body before it is sent.</summary>
    [Test]
    public async Task The_bytes_count_when_they_are_sent_and_not_when_a_decorator_reads_them(
        [Values("encrypted", "compressed", "as it is")] string form, [Values] bool streams, [Values(100_000, 500_000)] int size)
    {
        ScriptedBackend upstream = streams ? Encrypted.Disk() : Encrypted.Cloud();
        StorageBackend backend = form switch
        {
            "encrypted" => Encrypted.Over(upstream),
            "compressed" => new CompressionBackend(upstream, new CompressionOptions { MinimumSize = 0 }, Stores.Context(upstream)),
            _ => upstream,
        };
        var meter = new ProgressMeter(_seen, TimeProvider.System, NullLogger.Instance);
        meter.Begin(size);
        long countedAhead = -1;
        upstream.Put = async (request, token) =>
        {
            meter.Finish();
            await Until.TrueAsync(() => _seen.All.Count > 0);
            countedAhead = _seen.All.First().Bytes;
            await using (Stream content = request.Body.Open())
            {
                await content.CopyToAsync(Stream.Null, token);
            }

            meter.Finish();
            await Until.TrueAsync(() => _seen.All.Last().Bytes == size);
            return await upstream.Real.PutAsync(request, token);
        };
        var put = new PutRequest
        {
            Bucket = Stores.Bucket,
            Key = "k",
            Body = new MeteredBody(StorageBody.FromBytes(new byte[size]), meter),
            Attributes = new ObjectAttributes { ContentType = "text/plain" },
        };

        await backend.PutAsync(put, CancellationToken.None);

        Assert.That(countedAhead, Is.Zero);
    }
}

using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Support;
using Parquet.Serialization;
using Polly;
using Polly.Retry;

namespace BleepStore.Storage.Tests;

/// <summary>Libraries of others that use our streams, or call us again.</summary>
public class LibrariesTests
{
    [Test]
    public async Task Parquet_is_written_and_read_through_our_streams([Values] bool isStreamed)
    {
        Bucket bucket = Stores.Over(new ScriptedBackend(new StorageCapabilities { StreamsPuts = isStreamed }), partSize: 10_000);
        Measurement[] measurements =
        [
            .. Enumerable.Range(0, 50_000).Select(static at => new Measurement { At = at, Name = $"sensor {at}" }),
        ];

        await bucket.WriteAsync("k", async stream => await ParquetSerializer.SerializeAsync(measurements, stream));
        await using ObjectReadStream opened = await bucket.OpenReadAsync("k");
        IEnumerable<Measurement> read = (await ParquetSerializer.DeserializeAsync<Measurement>(opened)).Data;

        Assert.That(read.Select(static each => (each.At, each.Name)), Is.EqualTo(measurements.Select(static each => (each.At, each.Name))));
    }

    [Test]
    public async Task A_put_that_Polly_makes_again_stores_all_bytes(
        [Values] SourceKind kind, [Values] bool streams, [Values(5, 100)] int size)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        int failures = 3;
        backend.Put = (request, token) => --failures > 0 ? throw Busy() : backend.Real.PutAsync(request, token).AsTask();
        backend.UploadPart = (request, token) => --failures > 0 ? throw Busy() : backend.Real.UploadPartAsync(request, token);
        Bucket bucket = Stores.Over(backend, partSize: 8);
        byte[] bytes = Bytes.Of(size + 3);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, bytes);
        await using Stream source = kind switch
        {
            SourceKind.Memory => new MemoryStream(bytes),
            SourceKind.File => new FileStream(path, new FileStreamOptions { Options = FileOptions.DeleteOnClose }),
            _ => new ScriptedStream(bytes) { Seekable = true },
        };
        source.Position = 3;
        ResiliencePipeline retries = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<StorageException>(static error => error.IsTransient),
                Delay = TimeSpan.Zero,
                MaxRetryAttempts = 5,
            })
            .Build();

        await retries.ExecuteAsync(async token => await bucket.PutAsync("k", source, cancellationToken: token));

        await using ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes[3..]));
        Assert.That(source.Position, Is.EqualTo(bytes.Length));
        Assert.That(failures, Is.LessThanOrEqualTo(0), "it was made again");
        File.Delete(path);
    }

    private static StorageException Busy() => new(StorageErrorCode.ServiceUnavailable, "Busy.");

    public sealed class Measurement
    {
        public int At { get; set; }

        public string Name { get; set; } = "";
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Benchmarks.Azure;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Objects;

/// <summary>
/// Compares the allocations of a small request with those of the bare SDK, in the same process. The stub answers at once, so everything
/// happens on one thread, whose bytes are counted exactly. Other tests have no influence.
/// </summary>
public sealed class AllocationTests
{
    private const int Operations = 200;
    private const int SettledRounds = 15;
    private const string Account = "https://account.blob.core.windows.net";
    private const string Sas = "sv=2023&sig=secret";

    /// <summary>
    /// Code that is not optimised allocates the state of every asynchronous method. There the figures do not represent users' code, and
    /// only gross waste is detected.
    /// </summary>
    private static readonly double Limit = IsOptimised ? 1.10 : 1.60;

    private readonly byte[] _bytes = Payload.Bytes(4096);
    private Traffic _traffic = null!;
    private ObjectStore _store = null!;
    private BlobContainerClient _sdk = null!;

    private static bool IsOptimised =>
        typeof(Bucket).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    [SetUp]
    public void SetUp()
    {
        _traffic = new Traffic();
        var transport = new AnsweringTransport(_bytes, _traffic);
        _store = AzureStore.Create(
            new AzureBackendOptions
            {
                AccountUrl = new Uri(Account),
                SasToken = Sas,
                Container = "store",
                ConfigureClient = client => client.Transport = transport,
            });
        _sdk = new BlobContainerClient(
            new Uri($"{Account}/store"), new AzureSasCredential(Sas), new BlobClientOptions { Transport = transport });
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _store.DisposeAsync();
        _traffic.Dispose();
    }

    [Test]
    public async Task A_small_put_allocates_little_more_than_the_SDK_with_MD5()
    {
        Bucket bucket = _store.GetBucket("bucket");

        double library = await MeasureAsync(() => bucket.PutAsync("small", _bytes));
        double sdk = await MeasureAsync(() => _sdk.GetBlockBlobClient("bucket/small").UploadAsync(
            new MemoryStream(_bytes, writable: false),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentHash = MD5.HashData(_bytes) } }));

        Assert.That(library / sdk, Is.LessThanOrEqualTo(Limit), $"{library} bytes beside {sdk}");
    }

    [Test]
    public async Task A_small_get_allocates_little_more_than_the_SDK()
    {
        Bucket bucket = _store.GetBucket("bucket");

        double library = await MeasureAsync(async () =>
        {
            await using ObjectReader reader = await bucket.GetAsync("small");
            await reader.ReadAllAsync();
        });
        double sdk = await MeasureAsync(async () =>
        {
            using BlobDownloadStreamingResult answer = await _sdk.GetBlockBlobClient("bucket/small").DownloadStreamingAsync();
            await answer.Content.ReadExactlyAsync(new byte[answer.Details.ContentLength]);
        });

        Assert.That(library / sdk, Is.LessThanOrEqualTo(Limit), $"{library} bytes beside {sdk}");
    }

    /// <returns>
    /// Measures the bytes of one operation after the compiler has optimised it. It runs on a separate thread, after a pause, and late on a
    /// busy machine.
    /// </returns>
    private static async Task<double> MeasureAsync(Func<Task> operation)
    {
        double least = double.MaxValue;
        for (int unchanged = 0; unchanged < SettledRounds; unchanged++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(operation, Operations);
            double measured = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Operations;
            if (measured < least)
            {
                least = measured;
                unchanged = 0;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        return least;
    }

    private static void Repeat(Func<Task> operation, int times)
    {
        for (int time = 0; time < times; time++)
        {
            Task done = operation();
            if (!done.IsCompletedSuccessfully)
            {
                throw new AssertionException("The stub answers at once, so that all is done when the call returns.", done.Exception);
            }
        }
    }
}

using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Sas;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

public sealed class SasTests
{
    [Test]
    public async Task A_SAS_for_the_one_container_passes_the_check_and_copies()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        await using ObjectStore store = AzureStore.Create(
            new AzureBackendOptions
            {
                AccountUrl = emulated.Account.Url,
                SasToken = Sign(emulated),
                Container = EmulatedStore.ContainerName,
            });

        await store.CheckAsync(new CheckOptions { ProbeWrite = true });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", Payload.Bytes(100));
        ObjectProperties copy = await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy", new CopyOptions { IfAbsent = true });
        StorageException again = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy", new CopyOptions { IfAbsent = true }));

        Assert.That(copy.Size, Is.EqualTo(100));
        Assert.That(again.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_SAS_that_is_given_by_a_callback_is_renewed_for_every_request_and_copy()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        int asked = 0;
        var seen = new SignaturePolicy();
        var options = new AzureBackendOptions
        {
            AccountUrl = emulated.Account.Url,
            Container = EmulatedStore.ContainerName,
            SasTokenFactory = (_, _) => ValueTask.FromResult(Sign(emulated, minutes: 10 + Interlocked.Increment(ref asked))),
            ConfigureClient = client => client.AddPolicy(seen, HttpPipelinePosition.PerRetry),
        };
        await using ObjectStore store = AzureStore.Create(options);
        Bucket bucket = await store.CreateBucketAsync("bucket");

        await bucket.PutAsync("source", Payload.Bytes(100));
        await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy");
        await using ObjectReader reader = await bucket.GetAsync("copy");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Payload.Bytes(100)));
        Assert.That(asked, Is.GreaterThanOrEqualTo(5));
        Assert.That(seen.Expiries, Has.Count.GreaterThanOrEqualTo(5));
        Assert.That(seen.Expiries, Is.Unique);
    }

    private static string Sign(EmulatedStore emulated, int minutes = 60) =>
        emulated.Container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddMinutes(minutes)).Query;

    /// <summary>Keeps when the signature of each request expires.</summary>
    private sealed class SignaturePolicy : HttpPipelinePolicy
    {
        private readonly List<string> _expiries = [];

        public IReadOnlyList<string> Expiries
        {
            get
            {
                lock (_expiries)
                {
                    return [.. _expiries];
                }
            }
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException("Everything is asynchronous.");

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            lock (_expiries)
            {
                _expiries.Add(message.Request.Uri.ToUri().Query.Split('&')
                    .Single(static pair => pair.TrimStart('?').StartsWith("se=", StringComparison.Ordinal)));
            }

            return ProcessNextAsync(message, pipeline);
        }
    }
}

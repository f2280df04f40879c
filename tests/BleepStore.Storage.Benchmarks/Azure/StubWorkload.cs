using Azure;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>One side of a case that talks to <see cref="AnsweringTransport"/>.</summary>
internal abstract class StubWorkload : RepeatedWorkload
{
    private const string Account = "https://account.blob.core.windows.net";
    private const string Sas = "sv=2023&sig=secret";
    private const string ContainerName = "store";

    private readonly ObjectStore _store;

    protected StubWorkload(BenchmarkContext context, int warmUps, byte[] blob)
        : base(context, warmUps)
    {
        var transport = new AnsweringTransport(blob, Traffic);
        _store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = new Uri(Account),
            SasToken = Sas,
            Container = ContainerName,
            ConfigureClient = client => client.Transport = transport,
        });
        Bucket = _store.GetBucket("benchmark");
        Container = new BlobContainerClient(new Uri($"{Account}/{ContainerName}"), new AzureSasCredential(Sas), new BlobClientOptions { Transport = transport });
    }

    protected Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    protected BlobContainerClient Container { get; }

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }
}

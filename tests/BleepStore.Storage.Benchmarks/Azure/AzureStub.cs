using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>The library and the bare client, both on <see cref="AnsweringTransport"/>.</summary>
internal sealed class AzureStub : StubService
{
    private const string Account = "https://account.blob.core.windows.net";
    private const string Sas = "sv=2023&sig=secret";
    private const string ContainerName = "store";

    /// <summary>Enough for some seconds.</summary>
    private const int Count = 200_000;

    private readonly ObjectStore _store;

    public AzureStub(byte[] content)
        : base(content)
    {
        var transport = new AnsweringTransport(content, Traffic);
        _store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = new Uri(Account),
            SasToken = Sas,
            Container = ContainerName,
            ConfigureClient = client => client.Transport = transport,
        });
        Bucket = _store.GetBucket(BucketName);
        Container = new BlobContainerClient(
            new Uri($"{Account}/{ContainerName}"), new AzureSasCredential(Sas), new BlobClientOptions { Transport = transport });
    }

    public static StubOperation SmallPut => new(
        "azure-stub-put-small",
        "`PutAsync` of bytes in memory",
        "`BlockBlobClient.UploadAsync` with the MD5 as `ContentHash`",
        static content => new AzureStub(content))
    {
        Count = Count,
    };

    public static StubOperation SmallGet => new(
        "azure-stub-get-small",
        "`GetAsync` and `ReadAllAsync`",
        "`DownloadStreamingAsync`, read into an array",
        static content => new AzureStub(content))
    {
        Count = Count,
    };

    public override Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    public BlobContainerClient Container { get; }

    public override Task PutAsync(CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentHash = MD5.HashData(Content) } };
        return Container.GetBlockBlobClient(Name).UploadAsync(new MemoryStream(Content, writable: false), options, cancellationToken);
    }

    public override async Task GetAsync(CancellationToken cancellationToken)
    {
        using BlobDownloadStreamingResult answer = await Container.GetBlockBlobClient(Name)
            .DownloadStreamingAsync(cancellationToken: cancellationToken);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)answer.Details.ContentLength);
        await answer.Content.ReadExactlyAsync(bytes, cancellationToken);
        Last = bytes;
    }

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }
}

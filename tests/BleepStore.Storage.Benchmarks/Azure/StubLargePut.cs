using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>The cost of a large put in blocks on the client side.</summary>
internal sealed class StubLargePut : StubCase
{
    private const long Mebibyte = 1024 * 1024;
    private const int BlockSize = 8 * 1024 * 1024;
    private const int Concurrency = 4;
    private const int WarmUps = 2;

    public override string Name => "azure-stub-put-large";

    public override string Library => "`PutAsync` of a stream that is not seekable";

    public override string Baseline => "`BlobClient.UploadAsync`, blocks of 8 MiB, 4 at a time, MD5 of each by `TransferValidation`";

    public override string BoundBy => "MD5; no network is involved";

    /// <summary>How much memory it takes at a time counts here.</summary>
    public override bool TakesTurns => false;

    public override CaseSize FullSize => new(64 * Mebibyte, 10);

    public override CaseSize ShortSize => new(64 * Mebibyte, 1);

    public override Task<Workload> OpenAsync(Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Workload>(side == Side.Library ? new Store(context, new AzureStub([])) : new Sdk(context, new AzureStub([])));

    private abstract class Put(BenchmarkContext context, AzureStub service) : RepeatedWorkload(context, WarmUps, service)
    {
        protected Stream Source => new PatternStream(Context.Size.Bytes);

        public override Task VerifyAsync(CancellationToken cancellationToken)
        {
            int blocks = (int)((Context.Size.Bytes + BlockSize - 1) / BlockSize);
            Same.Require(Requests == Context.Size.Count * (blocks + 1), $"{Requests} requests were sent");

            // The additional bytes are the lists of blocks.
            long due = Context.Size.Bytes * Context.Size.Count;
            Same.Require(Bytes > due && Bytes < due + (Context.Size.Count * 4096), $"{Bytes} bytes were sent");
            return Task.CompletedTask;
        }
    }

    private sealed class Store(BenchmarkContext context, AzureStub service) : Put(context, service)
    {
        protected override Task DoAsync(CancellationToken cancellationToken) =>
            Service.Bucket.PutAsync("large", Source, cancellationToken: cancellationToken);
    }

    private sealed class Sdk(BenchmarkContext context, AzureStub service) : Put(context, service)
    {
        private readonly BlobContainerClient _container = service.Container;

        private readonly BlobUploadOptions _options = new()
        {
            TransferOptions =
                new StorageTransferOptions
                {
                    InitialTransferSize = BlockSize,
                    MaximumTransferSize = BlockSize,
                    MaximumConcurrency = Concurrency,
                },
            TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
        };

        protected override Task DoAsync(CancellationToken cancellationToken) =>
            _container.GetBlobClient("benchmark/large").UploadAsync(Source, _options, cancellationToken);
    }
}

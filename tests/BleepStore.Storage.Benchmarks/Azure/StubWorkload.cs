using Azure;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>One side of a case that talks to <see cref="AnsweringTransport"/>: the same operation a number of times.</summary>
internal abstract class StubWorkload : Workload
{
    private const string Account = "https://account.blob.core.windows.net";
    private const string Sas = "sv=2023&sig=secret";
    private const string ContainerName = "store";

    private readonly int _warmUps;
    private readonly ObjectStore _store;

    protected StubWorkload(BenchmarkContext context, int warmUps, byte[] blob)
    {
        Context = context;
        _warmUps = warmUps;
        Transport = new AnsweringTransport(blob);
        _store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = new Uri(Account),
            SasToken = Sas,
            Container = ContainerName,
            ConfigureClient = client => client.Transport = Transport,
        });
        Bucket = _store.GetBucket("benchmark");
        Container = new BlobContainerClient(new Uri($"{Account}/{ContainerName}"), new AzureSasCredential(Sas), new BlobClientOptions { Transport = Transport });
    }

    public override bool WatchesMemory => false;

    protected BenchmarkContext Context { get; }

    protected Bucket Bucket { get; }

    /// <summary>The bare client.</summary>
    protected BlobContainerClient Container { get; }

    protected AnsweringTransport Transport { get; }

    /// <summary>What went over the wire before the timed run.</summary>
    protected (long Bytes, int Requests) Before { get; private set; }

    public override Task WarmUpAsync(CancellationToken cancellationToken) =>
        WarmUpAsync(_warmUps, times => RepeatAsync(times, cancellationToken), cancellationToken);

    public override Task ArrangeAsync(CancellationToken cancellationToken)
    {
        Before = (Transport.BytesReceived, Transport.Requests);
        return Task.CompletedTask;
    }

    public override Task RunAsync(CancellationToken cancellationToken) => RepeatAsync(Context.Size.Count, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Transport.Dispose();
        await base.DisposeAsync();
    }

    protected abstract Task DoAsync(CancellationToken cancellationToken);

    private async Task RepeatAsync(int times, CancellationToken cancellationToken)
    {
        for (int time = 0; time < times; time++)
        {
            await DoAsync(cancellationToken);
        }
    }
}

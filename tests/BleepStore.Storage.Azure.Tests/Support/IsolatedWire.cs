using Azure;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A service that knows Put Blob From URL, with one upload of one part.</summary>
internal sealed class IsolatedWire
{
    private const string Md5 = "99c161a08d5d796ed203bc5768cc1274";

    private static readonly ObjectStoreOptions Options = new() { PartSize = 5 * 1024 * 1024, MinimumPartSize = 1 };

    private string _upload = "";
    private int _renewals;

    public IsolatedWire(
        TimeProvider? timeProvider = null, MultipartStaging staging = MultipartStaging.Isolated, ObjectStoreOptions? storeOptions = null)
    {
        Transport = new StubTransport(Answer);
        Bucket = Transport.CreateBucket(options => options.MultipartStaging = staging, storeOptions ?? Options, timeProvider);
    }

    public static PartInfo Part { get; } = new() { PartNumber = 1, ETag = Md5 };

    public StubTransport Transport { get; }

    public Bucket Bucket { get; }

    /// <summary>How many bytes the part has.</summary>
    public long Size { get; init; } = 10;

    /// <summary>The object at the destination.</summary>
    public Func<StubResponse> Object { get; set; } = static () => StubResponse.Error(404, "BlobNotFound");

    public Func<SentRequest, Response> Publish { get; set; } = static _ => StubResponse.Written("0x9");

    /// <summary>The answer to a list of blocks that is committed.</summary>
    public Func<Response> Commit { get; init; } = static () => StubResponse.Written("0x5");

    public Func<SentRequest, Response> StageFromUrl { get; set; } = static _ => StubResponse.Written();

    public Func<SentRequest, Response> Renew { get; set; } = Leased;

    /// <summary>The requests since the upload was begun.</summary>
    public IReadOnlyList<SentRequest> Sent => [.. Transport.Sent.Skip(1)];

    public IEnumerable<string> Kinds => Sent.Select(static sent => sent.Kind);

    public static StubResponse Leased(SentRequest sent) => new StubResponse(sent.Header("x-ms-lease-action") == "acquire" ? 201 : 200)
        .With("ETag", "\"0x1\"")
        .With("Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT")
        .With("x-ms-lease-id", sent.Header("x-ms-lease-id") ?? sent.Header("x-ms-proposed-lease-id") ?? "");

    public async Task<MultipartUpload> BeginAsync()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync(
            "key", new MultipartOptions { ContentType = "image/png", StorageClass = "Cool" });
        _upload = upload.UploadId;
        return upload;
    }

    /// <summary>Lets time pass until the claim on the upload was renewed so many times.</summary>
    public async Task PassRenewalsAsync(LeapingClock clock, int times, CancellationToken cancellationToken)
    {
        int timers = clock.Timers;
        for (int time = 0; time < times; time++)
        {
            int before = Volatile.Read(ref _renewals);
            clock.Leap(TimeSpan.FromSeconds(20));

            // A renewal has timers of its own, until it is over.
            while (Volatile.Read(ref _renewals) == before || clock.Timers > timers)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            }
        }
    }

    private Response Renewed(SentRequest sent)
    {
        Interlocked.Increment(ref _renewals);
        return Renew(sent);
    }

    private Response Answer(SentRequest sent) => sent.Kind switch
    {
        "PUT lease" => sent.Header("x-ms-lease-action") == "renew" ? Renewed(sent) : Leased(sent),
        "GET blocklist" => StubResponse.Xml(
            $"<BlockList><CommittedBlocks></CommittedBlocks><UncommittedBlocks><Block><Name>{new BlockId(_upload, 1, 1, Md5, BlockFlags.None).Encode()}</Name><Size>{Size}</Size></Block></UncommittedBlocks></BlockList>"),
        "PUT blocklist" => Commit(),
        "PUT from url" => Publish(sent),
        "PUT block from url" => StageFromUrl(sent),
        "HEAD" => Object(),
        "DELETE" => new StubResponse(202),
        _ => StubResponse.Written(),
    };
}

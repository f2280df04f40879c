using System.Collections.Concurrent;
using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Tests.Conformance;

/// <summary>
/// A backend with the difficulties of the clouds. Bodies must be measured, hashed and replayable. ETags cannot be compared, copies are
/// small, downloads break off, and answers get lost. A test that passes on it is due to the portable layer above.
/// </summary>
/// <param name="inner">The backend underneath.</param>
internal sealed class CloudLikeBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    public const long MaxCopySize = 1024 * 1024;

    private const int LosesOneIn = 3;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _isOwn = new(StringComparer.Ordinal);
    private int _writes;
    private int _bodies;

    /// <summary>
    /// Whether the answers of recognisable writes get lost now and then. It is off where many clients write one key. A successful write
    /// that was then overwritten looks the same as a lost one, and the contract reports the failure.
    /// </summary>
    public bool LosesAnswers { get; init; } = true;

    /// <summary>How many bytes arrive at least before a body breaks off.</summary>
    public long ShortestBody { get; init; } = 64;

    public override StorageCapabilities Capabilities =>
        base.Capabilities with { StreamsPuts = false, ComparesETags = false, MaxCopySize = MaxCopySize };

    /// <summary>How often each kind of trouble was made.</summary>
    public IReadOnlyDictionary<string, int> Troubles => _counts;

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        Require(request.Condition.IfMatch is null, "An ETag condition was handed to a backend that cannot compare ETags.");
        Require(request.Condition.IsNone || request.WriteToken is not null, "A conditional write has no token.");
        await ReadAndDiscardAsync(request.Body, cancellationToken);
        ObjectProperties stored = await base.PutAsync(request, cancellationToken);
        LoseAnswer(request.WriteToken is not null, StorageErrorCode.PreconditionFailed);
        return stored;
    }

    public override async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        await ReadAndDiscardAsync(request.Body, cancellationToken);
        return await base.UploadPartAsync(request, cancellationToken);
    }

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        Require(request.Condition.IfMatch is null, "An ETag condition was handed to a backend that cannot compare ETags.");
        Require(request.SourceProperties.Size <= MaxCopySize, "A large object was to be copied in one request.");
        ObjectProperties stored = await base.CopyAsync(request, cancellationToken);
        LoseAnswer(request.WriteToken is not null, StorageErrorCode.PreconditionFailed);
        return stored;
    }

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        PartedWrite write = await base.BeginPartsAsync(request, cancellationToken);
        _isOwn[request.WriteToken] = true;
        return write;
    }

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        Require(!_isOwn.ContainsKey(request.UploadId)
            || request.Range.Length <= MaxCopySize, "A copy was cut into parts that are too large.");
        return base.CopyPartAsync(request, cancellationToken);
    }

    public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        Require(request.Condition.IfMatch is null, "An ETag condition was handed to a backend that cannot compare ETags.");
        ObjectProperties stored = await base.CompleteUploadAsync(request, cancellationToken);
        LoseAnswer(recognisable: true, StorageErrorCode.NoSuchUpload);
        return stored;
    }

    public override async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        Require(request.Condition.IfMatch is null, "An ETag condition was handed to a backend that cannot compare ETags.");
        await base.DeleteAsync(request, cancellationToken);
        LoseAnswer(!request.Condition.IsNone, StorageErrorCode.PreconditionFailed);
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        Require(request.Range is not { Length: 0, IsSuffix: false }, "A range of no bytes was asked for.");
        if (request.Range is { } range)
        {
            // Some upstreams look at the range before they look at the conditions.
            range.Resolve(
                (await base.HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken)).Properties.Size);
        }

        GetResult result = await base.GetAsync(request, cancellationToken);
        int kind = Interlocked.Increment(ref _bodies) % 3;
        long breaksAfter = Math.Max(ShortestBody, result.Range.Length / 3);
        return result with { Content = new BreakingStream(result.Content, breaksAfter, _ => new ValueTask<int>(Break(kind))) };
    }

    /// <summary>The three ways in which downloads end early.</summary>
    private int Break(int kind)
    {
        Count("broken bodies");
        return kind switch
        {
            0 => throw new IOException("The connection was cut."),
            1 => throw new StorageException(StorageErrorCode.ServiceUnavailable, "The upstream closed the connection."),
            _ => 0,
        };
    }

    /// <summary>Simulates an SDK before its final request, which measures, signs, or fails and resends.</summary>
    private async Task ReadAndDiscardAsync(StorageBody body, CancellationToken cancellationToken)
    {
        Require(body is { Length: not null, Md5: not null, CanReplay: true }, "A body came without length or MD5, or cannot be replayed.");
        Require(body.ETag == ETags.FromMd5(body.Md5!.Value.Span), "The body's ETag is not its MD5.");
        await using Stream stream = body.Open();
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = new byte[81_920];
        long length = 0;
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            md5.AppendData(buffer.AsSpan(0, count));
            length += count;
        }

        Require(length == body.Length, "The body's length is not the declared one.");
        Require(md5.GetHashAndReset().AsSpan().SequenceEqual(body.Md5.Value.Span), "The body's bytes do not have the declared MD5.");
        Count("replayed bodies");
    }

    /// <summary>The write has landed; the client hears of a cut connection, a timeout, or what the SDK's own second attempt met.</summary>
    private void LoseAnswer(bool recognisable, StorageErrorCode secondAttempt)
    {
        if (!recognisable || !LosesAnswers)
        {
            return;
        }

        int write = Interlocked.Increment(ref _writes);
        if (write % LosesOneIn != 0)
        {
            return;
        }

        StorageErrorCode code = (write / LosesOneIn % 3) switch
        {
            0 => StorageErrorCode.ServiceUnavailable,
            1 => StorageErrorCode.RequestTimeout,
            _ => secondAttempt,
        };
        Count("lost answers");
        throw new StorageException(code, "The answer was lost on the way.") { IsOutcomeUnknown = true };
    }

    private void Count(string trouble) => _counts.AddOrUpdate(trouble, 1, static (_, count) => count + 1);

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidOperationException(fault);
        }
    }
}

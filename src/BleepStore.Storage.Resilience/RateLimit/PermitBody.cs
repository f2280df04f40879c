using System.Threading.RateLimiting;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Resilience.RateLimit;

/// <summary>
/// A body whose source is read while its call is under way. It gives the permit of the call back when it is opened, because the source can
/// need a permit of the same limiter.
/// </summary>
/// <param name="inner">The body.</param>
internal sealed class PermitBody(StorageBody inner) : StorageBody
{
    /// <summary>The permit of the call.</summary>
    public RateLimitLease? Permit { get; set; }

    public override long? Length => inner.Length;

    public override ReadOnlyMemory<byte>? Md5 => inner.Md5;

    public override bool CanReplay => inner.CanReplay;

    public override string ETag => inner.ETag;

    public override IReadOnlyList<long> PartSizes => inner.PartSizes;

    public override Stream Open()
    {
        Permit?.Dispose();
        return inner.Open();
    }
}

using System.Threading.RateLimiting;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Resilience.RateLimit;

/// <summary>
/// A body whose source is read while its call is under way. It gives the permit of the call back when it is opened, because the source can
/// need a permit of the same limiter.
/// </summary>
/// <param name="inner">The body.</param>
internal sealed class PermitBody(StorageBody inner) : PassingBody(inner)
{
    /// <summary>The permit of the call.</summary>
    public RateLimitLease? Permit { get; set; }

    protected override void OnOpening() => Permit?.Dispose();
}

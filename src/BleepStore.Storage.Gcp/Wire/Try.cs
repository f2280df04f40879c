using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>The result of sending a request once.</summary>
/// <param name="Answer">The answer, unless it failed.</param>
/// <param name="Failure">The failure.</param>
internal readonly record struct Try<T>(T? Answer, StorageException? Failure)
{
    /// <summary>Whether the same request can succeed later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether this attempt alone leaves the outcome of a write in doubt.</summary>
    public bool IsInDoubt { get; init; }

    /// <summary>Whether the headers of a success came and then its body broke off, which no client beneath can repeat.</summary>
    public bool BrokeOff { get; init; }

    /// <summary>A try that threw.</summary>
    public static Try<T> Thrown(StorageException failure, Exception thrown, bool isWrite, bool brokeOff) => new(default, failure)
    {
        // A body that fails while it is sent throws this library's exception through the client, and will fail again.
        IsTransient = thrown is HttpRequestException or IOException && UpstreamErrors.Own(thrown) is null,
        IsInDoubt = isWrite && (brokeOff || !UpstreamErrors.WasNeverSent(thrown)),
        BrokeOff = brokeOff,
    };
}

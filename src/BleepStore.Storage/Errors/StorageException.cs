using System.Globalization;
using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The failure of a storage operation. It is the same type on every backend. <see cref="Code"/> has the kind of failure. Other properties
/// have the location and the upstream's answer. <see cref="Exception.InnerException"/> is the vendor SDK's exception, if there was one.
/// </summary>
/// <remarks>
/// Backends fill in the upstream's data. The core adds the store, operation, bucket and key. Neither ever adds a secret. Bad arguments are
/// <see cref="ArgumentException"/> and cancellation is <see cref="OperationCanceledException"/>.
/// </remarks>
/// <example>
/// <code>
/// try
/// {
///     await bucket.HeadAsync("missing");
/// }
/// catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
/// {
///     Console.WriteLine("The object does not exist.");
/// }
/// </code>
/// </example>
public sealed class StorageException : Exception
{
    /// <summary>No store accepts a longer key (1,024 bytes). A longer text is cut, because it can fill a log.</summary>
    private const int LongestValue = 1024;

    private readonly string _reason;

    /// <summary>Creates an exception from a code and a reason.</summary>
    /// <param name="code">The kind of failure.</param>
    /// <param name="reason">One sentence that says what happened and what to do about it. It must contain no secrets.</param>
    /// <param name="innerException">The vendor SDK's or the system's exception, if there was one.</param>
    public StorageException(StorageErrorCode code, string reason, Exception? innerException = null)
        : base(reason, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        _reason = reason;
        Code = code;
    }

    /// <summary>The kind of failure.</summary>
    public StorageErrorCode Code { get; }

    /// <summary>Whether the same call can succeed later without anything being changed. Follows from <see cref="Code"/>.</summary>
    public bool IsTransient => Code is StorageErrorCode.SlowDown or StorageErrorCode.RequestTimeout or StorageErrorCode.ServiceUnavailable;

    /// <summary>
    /// Whether a write may have taken effect although it failed. Either the answer was lost, or the request may have been sent more than
    /// once. It is <see langword="false"/> for a large put that failed before its commit, for a refused connection, and for HTTP status
    /// 501. In either case the object is complete, either the old one or the new one. The default is <see langword="false"/>.
    /// </summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>How long the upstream asks to wait before trying again, when it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status of the upstream's answer. <see langword="null"/> when there was no HTTP answer.</summary>
    public int? Status { get; init; }

    /// <summary>The upstream's own error code (<c>BlobNotFound</c>, <c>SlowDown</c>, <c>ENOSPC</c>), when it gave one.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The upstream's id of the request, for its support, when it gave one.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// The size of the whole object in bytes, with <see cref="StorageErrorCode.InvalidRange"/>. Otherwise <see langword="null"/>.
    /// </summary>
    public long? ObjectSize { get; init; }

    /// <summary>
    /// The object's ETag, without quotes, when a condition of a read does not hold and the store itself evaluated it. It is not known when
    /// the service evaluated the condition. The default is <see langword="null"/>.
    /// </summary>
    public string? ObjectETag { get; init; }

    /// <summary>
    /// The name of the store (see <see cref="ObjectStore.Name"/>). <see langword="null"/> for the unnamed store, and until the exception
    /// has passed through the store.
    /// </summary>
    public string? Store { get; private set; }

    /// <summary>The backend's short name, such as <c>azure</c>, <c>aws</c>, <c>gcp</c>, <c>local</c> or <c>memory</c>.</summary>
    public string? Provider { get; private set; }

    /// <summary>The operation that failed, e.g. <c>Put</c>.</summary>
    public string? Operation { get; private set; }

    /// <summary>The bucket it was about, when it was about one.</summary>
    public string? Bucket { get; private set; }

    /// <summary>The key it was about, when it was about one.</summary>
    public string? Key { get; private set; }

    /// <summary>Whether a read was resumed until its attempts were used up. A stream around that read does not resume any more.</summary>
    internal bool IsGivenUp { get; set; }

    /// <summary>The reason, the location, the upstream's data, and whether a retry can help.</summary>
    public override string Message
    {
        get
        {
            var text = new StringBuilder(Code.ToString()).Append(": ");
            AppendVisible(text, _reason);
            if (Operation is not null)
            {
                text.Append(" [").Append(Operation);
                Append(text, " store=", Store);
                Append(text, " provider=", Provider);
                Append(text, " bucket=", Bucket);
                Append(text, " key=", Key);
                text.Append(']');
            }

            if (Status is not null || ProviderCode is not null || RequestId is not null)
            {
                text.Append(" [upstream");
                Append(text, " status=", Status?.ToString(CultureInfo.InvariantCulture));
                Append(text, " code=", ProviderCode);
                Append(text, " request=", RequestId);
                text.Append(']');
            }

            if (IsOutcomeUnknown)
            {
                text.Append(" The write may have taken effect. Read the object before writing again.");
            }

            if (IsTransient)
            {
                text.Append(" A retry can help");
                text.Append(RetryAfter is { } wait
                    ? string.Create(CultureInfo.InvariantCulture, $" after {wait.TotalSeconds:0.###} s.")
                    : ".");
            }

            return text.ToString();
        }
    }

    /// <summary>Adds the location. The first location wins, because an inner operation knows more than the outer one.</summary>
    internal StorageException At(string? store, string provider, string operation, string? bucket, string? key)
    {
        if (Operation is null)
        {
            Store = string.IsNullOrEmpty(store) ? null : store;
            Provider = provider;
            Operation = operation;
            Bucket = bucket;
            Key = key;
        }

        return this;
    }

    /// <summary>Returns the same failure with another outcome, because only the sender of the request knows what else was sent.</summary>
    internal StorageException WithOutcome(bool isUnknown) => isUnknown == IsOutcomeUnknown ? this : With(_reason, isUnknown);

    /// <summary>The same failure, told by someone who knows more about it.</summary>
    internal StorageException WithReason(string reason) => With(reason, IsOutcomeUnknown);

    private StorageException With(string reason, bool isUnknown)
    {
        var same = new StorageException(Code, reason, InnerException)
        {
            IsOutcomeUnknown = isUnknown,
            RetryAfter = RetryAfter,
            Status = Status,
            ProviderCode = ProviderCode,
            RequestId = RequestId,
            ObjectSize = ObjectSize,
            ObjectETag = ObjectETag,
        };
        return Operation is null ? same : same.At(Store, Provider!, Operation, Bucket, Key);
    }

    private static void Append(StringBuilder text, string label, string? value)
    {
        if (value is not null)
        {
            text.Append(label);
            AppendVisible(text, value.Length <= LongestValue ? value : $"{value.AsSpan(0, LongestValue)}… ({value.Length} characters)");
        }
    }

    /// <summary>Names and texts from upstreams are hostile input. A line break in one must not forge a log line.</summary>
    private static void AppendVisible(StringBuilder text, string value) => text.Append(Visible.Text(value));
}

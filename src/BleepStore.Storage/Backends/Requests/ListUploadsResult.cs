using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>One page of the uploads under way.</summary>
public sealed record ListUploadsResult
{
    private readonly ValueList<MultipartUploadInfo> _uploads;

    /// <summary>The uploads, by key, then by id.</summary>
    public required IReadOnlyList<MultipartUploadInfo> Uploads
    {
        get => _uploads.Items;
        init => _uploads = new(value);
    }

    /// <summary>Whether there are more after the last of these.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>
    /// When the service gave this page, by the clock that <see cref="MultipartUploadInfo.InitiatedAt"/> is of; <see langword="null"/> when
    /// the service does not tell. A time that is too early only makes uploads younger than they are. The clock of a client is no service's
    /// time.
    /// </summary>
    public DateTimeOffset? ServiceTime { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListUploadsResult))
        .Add(nameof(Uploads), _uploads)
        .Add(nameof(IsTruncated), IsTruncated)
        .Add(nameof(ServiceTime), ServiceTime)
        .ToString();
}

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
    /// The time of this page by the same clock as <see cref="MultipartUploadInfo.InitiatedAt"/>. <see langword="null"/> when the service
    /// does not report the time. A time that is too early only makes uploads look younger. The clock of the client must not be used here.
    /// </summary>
    public DateTimeOffset? ServiceTime { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListUploadsResult))
        .Add(nameof(Uploads), _uploads)
        .Add(nameof(IsTruncated), IsTruncated)
        .Add(nameof(ServiceTime), ServiceTime)
        .ToString();
}

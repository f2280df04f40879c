using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>A request to sign a URL for one part of a multipart upload.</summary>
public sealed record PresignPartRequest
{
    private readonly ValueBytes? _contentMd5;

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The upload, as <see cref="StorageBackend.CreateUploadAsync"/> named it. From a caller it can be any text.</summary>
    public required string UploadId { get; init; }

    /// <summary>The part's number, from 1 to 10,000.</summary>
    public required int PartNumber { get; init; }

    /// <summary>How long the URL is good for, in whole seconds from 1 second to 7 days.</summary>
    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>The exact number of bytes. <see langword="null"/> allows any number.</summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// The MD5 of the part. <see langword="null"/> allows any bytes. It is set where
    /// <see cref="StorageCapabilities.PresignedPartsNeedMd5"/>.
    /// </summary>
    public ReadOnlyMemory<byte>? ContentMd5
    {
        get => _contentMd5?.Bytes;
        init => _contentMd5 = value is { } bytes ? new ValueBytes(bytes) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(PresignPartRequest))
        .Add(nameof(Bucket), Bucket)
        .Add(nameof(Key), Key)
        .Add(nameof(UploadId), UploadId)
        .Add(nameof(PartNumber), PartNumber)
        .Add(nameof(ExpiresIn), ExpiresIn)
        .Add(nameof(ContentLength), ContentLength)
        .Add(nameof(ContentMd5), _contentMd5)
        .ToString();
}

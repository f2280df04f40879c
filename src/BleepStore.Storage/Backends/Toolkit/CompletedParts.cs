namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// The parts that a multipart upload is completed with, checked against those that are stored. For backends that put objects together
/// themselves.
/// </summary>
public sealed class CompletedParts
{
    private CompletedParts(IReadOnlyList<PartInfo> parts, long size)
    {
        Parts = parts;
        Size = size;
    }

    /// <summary>The parts in order, as they are stored.</summary>
    public IReadOnlyList<PartInfo> Parts { get; }

    /// <summary>The size of the object, in bytes.</summary>
    public long Size { get; }

    /// <summary>The ETag of the object (<see cref="ETags.Compose"/>).</summary>
    public string ETag => ETags.Compose(Parts);

    /// <summary>Chooses the parts that the request names.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stored">The latest upload of each number.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidPart"/> or <see cref="StorageErrorCode.EntityTooSmall"/>.
    /// </exception>
    public static CompletedParts Choose(CompleteUploadRequest request, IReadOnlyDictionary<int, PartInfo> stored)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(stored);
        var chosen = new List<PartInfo>(request.Parts.Count);
        long size = 0;
        foreach (PartInfo wanted in request.Parts)
        {
            if (!stored.TryGetValue(wanted.PartNumber, out PartInfo? part) || part.ETag != wanted.ETag)
            {
                throw new StorageException(
                    StorageErrorCode.InvalidPart,
                    part is null
                        ? $"Part {wanted.PartNumber} was not uploaded."
                        : $"The latest part {wanted.PartNumber} has the ETag {part.ETag}, not {wanted.ETag}. Complete with the ETag " +
                            "that its last upload returned.");
            }

            chosen.Add(part);
            size += part.Size;
        }

        foreach (PartInfo part in chosen.Take(chosen.Count - 1))
        {
            if (part.Size < request.MinimumPartSize)
            {
                throw new StorageException(
                    StorageErrorCode.EntityTooSmall,
                    $"Part {part.PartNumber} has {part.Size} bytes, but every part except the last needs {request.MinimumPartSize}. " +
                    "Upload it again with more bytes.");
            }
        }

        return new CompletedParts(chosen, size);
    }
}

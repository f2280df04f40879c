using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>The future object of an upload, and its conditions.</summary>
internal sealed record NewObject
{
    public required string Bucket { get; init; }

    public required string Name { get; init; }

    public required ObjectSettings Settings { get; init; }

    public required Preconditions Preconditions { get; init; }

    public string? KmsKeyName { get; init; }

    /// <summary>Base64, to be verified.</summary>
    public string? Md5Hash { get; init; }

    /// <summary>Base64, to be verified.</summary>
    public string? Crc32C { get; init; }

    /// <summary>
    /// Stores the bytes: "Hashes and ETags" (a wrong hash is 400 and nothing is stored), then the conditions, which hold at the moment of
    /// the write.
    /// </summary>
    public StoredObject Store(Project project, Content content)
    {
        string md5 = Convert.ToBase64String(content.Md5!);
        if (Md5Hash is not null && Md5Hash != md5)
        {
            throw GcsError.Invalid($"Provided MD5 hash \"{Md5Hash}\" doesn't match calculated MD5 hash \"{md5}\".");
        }

        if (Crc32C is not null && Crc32C != content.Crc32C)
        {
            throw GcsError.Invalid($"Provided CRC32C \"{Crc32C}\" doesn't match calculated CRC32C \"{content.Crc32C}\".");
        }

        lock (project.Lock)
        {
            Preconditions.RequireForWrite(project.RequireBucket(Bucket).Objects.GetValueOrDefault(Name));
            return project.Put(Bucket, Name, content, Settings, kmsKeyName: KmsKeyName);
        }
    }
}

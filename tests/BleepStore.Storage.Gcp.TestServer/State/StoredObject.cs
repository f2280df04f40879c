using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>One generation of an object. Never changed; a patch makes another of the next metageneration.</summary>
internal sealed record StoredObject
{
    public required string Bucket { get; init; }

    public required string Name { get; init; }

    public required long Generation { get; init; }

    public long Metageneration { get; init; } = 1;

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required Content Content { get; init; }

    public required ObjectSettings Settings { get; init; }

    /// <summary>How many components a composite object has; nothing for others ("Composite objects").</summary>
    public int? ComponentCount { get; init; }

    public string? KmsKeyName { get; init; }

    public string StorageClass => Settings.StorageClass ?? StorageClasses.Standard;

    /// <summary>Opaque, and new for every generation and metageneration ("Hashes and ETags").</summary>
    public string ETag =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Generation}/{Metageneration}")));
}

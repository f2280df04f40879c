namespace BleepStore.Storage;

/// <summary>A bucket.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was created (UTC), where the upstream says; otherwise <see langword="null"/>.</param>
public sealed record BucketInfo(string Name, DateTimeOffset? CreatedAt);

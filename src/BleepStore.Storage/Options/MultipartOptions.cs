namespace BleepStore.Storage;

/// <summary>The attributes that the object of a multipart upload will have. Immutable and thread-safe.</summary>
public sealed record MultipartOptions : ObjectAttributes;

namespace BleepStore.Storage;

/// <summary>The one request that a presigned URL allows.</summary>
public enum PresignMethod
{
    /// <summary>Reads the object, or a range of it, by <c>GET</c>.</summary>
    Get,

    /// <summary>Stores the object by <c>PUT</c>.</summary>
    Put,

    /// <summary>Reads the properties by <c>HEAD</c>.</summary>
    Head,

    /// <summary>Deletes the object by <c>DELETE</c>.</summary>
    Delete,
}
